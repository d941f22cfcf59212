//! Names that are declared, defined or bound twice.

use super::Problem;
use super::Proposal;
use super::View;
use super::extend::arguments;
use super::header;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::TokenKind;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    let mut proposals = Vec::new();
    // `Len(m) == 2` in a formula defines no `Len` and has no parameter `m`.
    let tokens = view.tokens();
    let last = view.heads()[..View::index(view.heads(), problem.span.start + 1)].last();
    let head = last.filter(|head| {
        let sign = tokens.iter().find(|sign| sign.start >= head.start && sign.is("=="));
        sign.is_some_and(|sign| problem.span.start < sign.start as usize)
    });
    if head.is_some_and(|head| guard::uses::is_no_head(view, head) && !guard::is_declared(view, view.word(head))) {
        return proposals;
    }
    if problem.message.contains("standard module") {
        let extends = view.units().into_iter().find(|unit| unit.is(Kind::Extends));
        let modules = extends.map(|unit| unit.children().map(|name| name.text()).collect::<Vec<_>>());
        proposals
            .extend(modules.unwrap_or_default().into_iter().rev().filter_map(|module| header::without(view, module)));
    }
    proposals.extend(double(view, problem, name));
    proposals.extend(other_arity(view, problem, name));
    proposals.extend(declared_and_defined(view, problem, name));
    proposals.extend(inner(view, problem, name));
    if problem.message.contains("standard module") {
        proposals.extend(renamed(view, view.tree.root(), name));
    }
    proposals
}

/// Definitions with the same body: all but the first go, for the problem of the second.
fn double(view: &View, problem: &Problem, name: &str) -> Option<Proposal> {
    if !super::speaks(view, problem, |other| other.code == problem.code && other.quoted(0) == name) {
        return None;
    }
    let same = |unit: &Node<'_>| unit.is(Kind::Definition) && view.name_of(*unit).as_deref() == Some(name);
    let mut shapes: Vec<String> = Vec::new();
    let mut proposal = Proposal::default();
    for definition in view.units().into_iter().filter(same) {
        let shape = guard::shape(definition, &[]);
        if shapes.contains(&shape) {
            proposal = proposal.and(definition.span(), "");
        } else {
            shapes.push(shape);
        }
    }
    proposal.permit.drops_double = true;
    (!proposal.edits.is_empty()).then_some(proposal)
}

/// Two operators of one name that differ in how many parameters they have: each use says which is meant.
fn other_arity(view: &View, problem: &Problem, name: &str) -> Option<Proposal> {
    let same = |unit: &Node<'_>| unit.is(Kind::Definition) && view.name_of(*unit).as_deref() == Some(name);
    let definitions: Vec<_> = view.units().into_iter().filter(same).collect();
    let [first, second] = definitions[..] else { return None };
    let tokens = view.tokens();
    let head = |unit: Node<'_>| View::index(tokens, unit.span().start);
    let (few, many) = (arguments(view, head(first))?, arguments(view, head(second))?);
    if !second.span().range().contains(&problem.span.start) || few == many || few == 0 || many == 0 {
        return None;
    }
    let fresh = super::fresh(view, &format!("{name}{many}"));
    let mut proposal = Proposal::default().renaming(name, &fresh);
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| view.word(token) == name) {
        match arguments(view, at) {
            Some(count) if count == many => proposal = proposal.and(token.span(), &*fresh),
            Some(count) if count == few => {}
            // An operator as an argument, or a name that something else binds.
            _ => return None,
        }
    }
    Some(proposal)
}

/// A constant with a definition is what the definition says.
fn declared_and_defined(view: &View, problem: &Problem, name: &str) -> Option<Proposal> {
    let units = view.units();
    // `A + b == e` defines no `A`.
    let named =
        |unit: &Node<'_>| unit.child(0).is_some_and(|head| !matches!(head.kind(), Kind::InfixHead | Kind::PostfixHead));
    let defined = units
        .iter()
        .any(|unit| unit.is(Kind::Definition) && named(unit) && view.name_of(*unit).as_deref() == Some(name));
    let list = units.iter().find(|unit| {
        unit.is(Kind::Constants) && unit.children().any(|child| child.text().split('(').next() == Some(name))
    })?;
    let names: Vec<_> = list.children().collect();
    let at = names.iter().position(|child| child.text().split('(').next() == Some(name))?;
    let built_in = problem.message.contains("is built in");
    if !(defined && problem.message.contains("constant") || built_in) || names.len() < 2 {
        return None;
    }
    let span = if at == 0 {
        Span::new(names[0].span().start, names[1].span().start)
    } else {
        Span::new(names[at - 1].span().end, names[at].span().end)
    };
    Some(Proposal::replace(span, "").declaring(name).declaring("_"))
}

/// The inner of two bound names of one scope gets another name.
fn inner(view: &View, problem: &Problem, name: &str) -> Option<Proposal> {
    let path = view.path(problem.span);
    let scope = path.iter().rev().find(|node| {
        matches!(
            node.kind(),
            Kind::Quantifier
                | Kind::Choose
                | Kind::Filter
                | Kind::Map
                | Kind::Function
                | Kind::Lambda
                | Kind::Definition
                | Kind::ModuleDefinition
        )
    })?;
    // Bound once more below a bullet, it is another item of the list: the line stands in the wrong column.
    let binds = |node: &Node<'_>| {
        let bounds = node.children().filter(|child| child.is(Kind::Bound)).flat_map(View::all);
        bounds.into_iter().any(|bound| bound.is(Kind::Name) && bound.text() == name)
    };
    let upto = path.iter().take_while(|node| node.span() != scope.span()).count();
    let outer =
        path[..upto].iter().rposition(|node| matches!(node.kind(), Kind::Quantifier | Kind::Choose) && binds(node));
    let listed = |node: &Node<'_>| {
        let bullet = tokens_before(view, *node);
        bullet.is_some_and(|bullet| view.starts_line(bullet) && super::shift::is_bullet(bullet))
    };
    if outer.is_some_and(|outer| path[outer + 1..=upto].iter().any(listed)) {
        return None;
    }
    // A definition's own name is used outside of it.
    if view.name_of(*scope).as_deref() == Some(name) {
        let outer = path.iter().rev().find(|node| node.is(Kind::Let))?;
        return renamed(view, *outer, name);
    }
    renamed(view, *scope, name)
}

/// The token before a node, or before the signs that negate it.
fn tokens_before<'v>(view: &'v View, node: Node<'_>) -> Option<&'v crate::tla::tree::Token> {
    let tokens = view.tokens();
    let at = View::index(tokens, node.span().start);
    tokens[..at].iter().rev().find(|token| !token.is("~") && !token.is("\\lnot") && view.word(token) != "(")
}

/// All uses of `name` below `scope`, and where it is bound there, under a name nobody has.
fn renamed(view: &View, scope: Node<'_>, name: &str) -> Option<Proposal> {
    let tokens = view.tokens();
    // `r1` and `r2` get different names.
    let base = if name.ends_with(|c: char| c.is_ascii_digit()) { format!("{name}_") } else { name.to_owned() };
    let fresh = (1..).map(|number| format!("{base}{number}")).find(|fresh| view.places(fresh).is_empty())?;
    let nodes = View::all(scope);
    // The set a name is bound to is outside of what the name means.
    let outside: Vec<Span> = nodes
        .iter()
        .filter(|node| {
            node.is(Kind::Bound) && node.children().any(|child| child.is(Kind::Name) && child.text() == name)
        })
        .filter_map(|bound| bound.children().next_back().filter(|set| !set.is(Kind::Name)))
        .map(|set| set.span())
        .collect();
    let mut proposal = Proposal::default().renaming(name, &fresh);
    if may_be_variable(view, scope, name) {
        return None;
    }
    for (at, token) in tokens.iter().enumerate() {
        let inside = scope.span().start <= token.start as usize && token.end as usize <= scope.span().end;
        let bound = outside.iter().any(|set| set.start <= token.start as usize && token.end as usize <= set.end);
        if token.kind != TokenKind::Name || !inside || bound || view.word(token) != name {
            continue;
        }
        let before = at.checked_sub(1).map_or("", |before| view.word(&tokens[before]));
        let after = tokens.get(at + 1).map_or("", |after| view.word(after));
        let is_field = before == "." || after == "|->" || (after == ":" && ["[", ","].contains(&before));
        let is_member = before == "!";
        if !is_field && !is_member {
            proposal = proposal.and(token.span(), &*fresh);
        }
    }
    (!proposal.edits.is_empty()).then_some(proposal)
}

/// Whether a use of `name` below `scope` can be the variable of that name: it is primed or UNCHANGED there, or applied to
/// itself.
fn may_be_variable(view: &View, scope: Node<'_>, name: &str) -> bool {
    let tokens = view.tokens();
    let (start, end) = (scope.span().start, scope.span().end);
    let inside = view.places(name).iter().filter(|at| (start..end).contains(&(tokens[**at].start as usize)));
    let next = |at: usize| tokens.get(at + 1).map_or("", |next| view.word(next));
    let kept = |at: usize| {
        let mut before = tokens[..at].iter().rev().take_while(|token| token.kind == TokenKind::Name || token.is(","));
        let list = before.by_ref().count();
        let open = (at - list).checked_sub(1);
        let open = open.map(|open| if tokens[open].is("<<") { open.saturating_sub(1) } else { open });
        open.is_some_and(|open| tokens[open].is("UNCHANGED"))
    };
    let of_itself = |at: usize| next(at) == "[" && tokens.get(at + 2).is_some_and(|index| view.word(index) == name);
    view.is_variable(name) && inside.into_iter().any(|at| next(*at) == "'" || kept(*at) || of_itself(*at))
}
