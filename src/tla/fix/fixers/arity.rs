//! Operators with too many or too few arguments, where one reading checks.

use super::Problem;
use super::Proposal;
use super::View;
use super::extend::arguments;
use crate::base::span::Span;
use crate::tla::fix::guard;
use crate::tla::fix::walk::closing;
use crate::tla::fix::walk::list_length;
use crate::tla::fix::walk::outside;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    let tokens = view.tokens();
    match problem.code.as_str() {
        "tla/recursive" => {
            let wanted = problem.message.rsplit("defined with ").next().and_then(number);
            wanted.and_then(|count| declared(view, Kind::Recursive, name, count)).into_iter().collect()
        }
        "tla/no-meaning" => brackets(view, problem),
        _ => {
            let at = View::index(tokens, problem.span.start);
            let mut proposals = Vec::new();
            if let Some(handed) = parameter(view, problem, at) {
                return handed;
            }
            proposals.extend(called(view, problem, at));
            if let Some(count) = arguments(view, at).filter(|count| *count > 0) {
                proposals.extend(as_set(view, problem, name, count));
                // A constant that is also used without arguments is a function.
                if used_plain(view, name) {
                    proposals.extend(application(view, problem));
                } else {
                    proposals.extend(declared(view, Kind::Constants, name, count));
                    proposals.extend(application(view, problem));
                }
            }
            proposals
        }
    }
}

/// Whether the name stands somewhere without arguments, its declaration apart.
fn used_plain(view: &View, name: &str) -> bool {
    let tokens = view.tokens();
    let declared =
        |at: usize| view.unit_at(at).is_some_and(|unit| matches!(unit.kind(), Kind::Constants | Kind::Variables));
    let mut uses = view.places(name).iter().filter(|at| !declared(tokens[**at].start as usize));
    uses.any(|at| tokens.get(at + 1).is_none_or(|next| view.word(next) != "("))
}

/// `Min(a, b)` where `Min(S)` takes something out of a set is `Min({a, b})`.
fn as_set(view: &View, problem: &Problem, name: &str, count: usize) -> Option<Proposal> {
    let Some(definition) = view.units().into_iter().find(|unit| view.name_of(*unit).as_deref() == Some(name)) else {
        // Those of FiniteSetsExt.
        let list = parentheses(view, problem).filter(|_| count > 1 && ["Min", "Max"].contains(&name))?;
        return Some(in_braces(list));
    };
    let head = definition.children().next().filter(|head| head.is(Kind::OperatorHead))?;
    let parameters: Vec<_> = head.children().map(|child| child.text()).filter(|text| *text != name).collect();
    let [parameter] = parameters[..] else { return None };
    let body: Vec<_> = definition.all_tokens().iter().map(|token| view.word(token)).collect();
    if count < 2 || !body.windows(2).any(|pair| pair == ["\\in", parameter]) {
        return None;
    }
    let list = parentheses(view, problem)?;
    Some(in_braces(list))
}

fn in_braces(list: Span) -> Proposal {
    let (open, close) = (list.start + 1, list.end - 1);
    Proposal::insert(open, "{").and(Span::new(close, close), "}")
}

/// How many arguments the operator takes that the problem is about.
fn taken(problem: &Problem) -> Option<usize> {
    number(problem.message.split(" takes ").nth(1)?)
}

fn number(text: &str) -> Option<usize> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The name in a list of declarations, with as many parameters.
fn declared(view: &View, kind: Kind, name: &str, count: usize) -> Option<Proposal> {
    let units = view.units();
    let mut lists = units.iter().flat_map(|unit| View::all(*unit)).filter(|node| node.is(kind));
    let mut places = lists.by_ref().flat_map(|unit| unit.children().collect::<Vec<_>>());
    let place = places.find(|child| child.text() == name)?;
    let list = vec!["_"; count].join(", ");
    Some(Proposal::replace(place.span(), format!("{name}({list})")).adding(&["_"]))
}

/// `f(x)` where `f` is a function is `f[x]`.
fn application(view: &View, problem: &Problem) -> Option<Proposal> {
    let name = problem.quoted(0);
    if taken(problem) != Some(0) || !guard::sorts::may_be_function(view, name) {
        return None;
    }
    let mut heads = View::all(view.tree.root()).into_iter().filter(|node| node.is(Kind::OperatorHead));
    if heads.any(|head| head.text().split('(').next().map(str::trim_end) == Some(name) && head.text() != name) {
        return None;
    }
    let list = parentheses(view, problem)?;
    let ends = (Span::new(list.start, list.start + 1), Span::new(list.end - 1, list.end));
    Some(Proposal::replace(ends.0, "[").and(ends.1, "]"))
}

/// `F(x)` where `F` is a parameter: an operator if each use of the definition hands one over, a function if none does. `None`
/// where it is no parameter.
fn parameter(view: &View, problem: &Problem, at: usize) -> Option<Vec<Proposal>> {
    let name = problem.quoted(0);
    let tokens = view.tokens();
    let definition = view.units().into_iter().find(|unit| {
        let span = unit.span();
        unit.is(Kind::Definition) && (span.start..span.end).contains(&problem.span.start)
    })?;
    let head = definition.children().next().filter(|head| head.is(Kind::OperatorHead))?;
    let parameters: Vec<Node<'_>> = head.children().collect();
    let place = parameters.iter().position(|parameter| parameter.text() == name)?;
    let own = view.name_of(definition)?;
    let place = if parameters.first().is_some_and(|first| first.text() == own) { place.checked_sub(1)? } else { place };
    let uses: Vec<bool> = view
        .places(&own)
        .iter()
        .filter(|at| tokens[**at].start as usize >= definition.span().end)
        .filter_map(|at| handed_over(view, *at, place))
        .collect();
    let operator = || {
        let list = vec!["_"; arguments(view, at)?].join(", ");
        let parameter = parameters.iter().find(|parameter| parameter.text() == name)?;
        Some(Proposal::replace(parameter.span(), format!("{name}({list})")).adding(&["_"]))
    };
    Some(match uses.as_slice() {
        [] => Vec::new(),
        all if all.iter().all(|is_operator| *is_operator) => operator().into_iter().collect(),
        all if all.iter().any(|is_operator| *is_operator) => Vec::new(),
        _ => application(view, problem).into_iter().collect(),
    })
}

/// Whether the use at `at` gives an operator as the argument with this number.
fn handed_over(view: &View, at: usize, number: usize) -> Option<bool> {
    let tokens = view.tokens();
    let open = tokens.get(at + 1).filter(|open| view.word(open) == "(").map(|_| at + 1)?;
    let inside = &tokens[open + 1..closing(tokens, open)?];
    let commas: Vec<usize> = outside(inside).filter(|at| inside[*at].is(",")).collect();
    let from = if number == 0 { 0 } else { commas.get(number - 1)? + 1 };
    let argument = &inside[from..commas.get(number).copied().unwrap_or(inside.len())];
    let takes = |name: &str| {
        let mut heads = View::all(view.tree.root()).into_iter().filter(|node| node.is(Kind::OperatorHead));
        heads.any(|head| head.text().split('(').next().map(str::trim_end) == Some(name) && head.text() != name)
    };
    Some(match argument {
        [first, ..] if first.is("LAMBDA") => true,
        [name] => takes(view.word(name)),
        _ => false,
    })
}

/// `F[x]` where `F` is an operator with as many parameters is `F(x)`.
fn called(view: &View, problem: &Problem, at: usize) -> Option<Proposal> {
    let tokens = view.tokens();
    let open = tokens.get(at + 1).filter(|open| open.is("["))?;
    let close = closing(tokens, at + 1)?;
    let wanted = taken(problem)?;
    let has = list_length(tokens, at + 1)?;
    (wanted == has).then(|| Proposal::replace(open.span(), "(").and(tokens[close].span(), ")"))
}

/// `F[a, b] == e` without the sets that `a` and `b` are from defines an operator, if each use gives it as many.
pub(super) fn head(view: &View, problem: &Problem) -> Option<Proposal> {
    let tokens = view.tokens();
    let close = View::index(tokens, problem.span.start);
    let open = tokens[..close.min(tokens.len())].iter().rposition(|token| token.is("["))?;
    let name = tokens[open.checked_sub(1)?];
    if !problem.message.contains("after bound variables") || !view.is_head(&name) || !tokens.get(close)?.is("]") {
        return None;
    }
    let count = list_length(tokens, open)?;
    let word = view.word(&name);
    let fits = |at: usize| {
        tokens.get(at + 1).is_some_and(|next| next.is("[") || view.word(next) == "(")
            && list_length(tokens, at + 1) == Some(count)
    };
    view.places(word)
        .iter()
        .all(|at| fits(*at))
        .then(|| Proposal::replace(tokens[open].span(), "(").and(tokens[close].span(), ")"))
}

/// The parentheses around the arguments after the name the problem is about.
fn parentheses(view: &View, problem: &Problem) -> Option<Span> {
    let tokens = view.tokens();
    let open = View::index(tokens, problem.span.start) + 1;
    if view.word(tokens.get(open)?) != "(" {
        return None;
    }
    let close = closing(tokens, open)?;
    Some(tokens[open].span().to(tokens[close].span()))
}

/// `s \o [e]` is `s \o <<e>>`, `b (-) [e]` is `b (-) SetToBag({e})`.
fn brackets(view: &View, problem: &Problem) -> Vec<Proposal> {
    let path = view.path(problem.span);
    let Some(at) = path.iter().rposition(|node| node.is(Kind::Brackets)) else { return Vec::new() };
    let parent: Option<&Node<'_>> = at.checked_sub(1).map(|at| &path[at]);
    let Some(op) = parent.filter(|parent| parent.is(Kind::Infix)).and_then(|parent| parent.token()) else {
        return Vec::new();
    };
    let span = path[at].span();
    let (open, close) = (Span::new(span.start, span.start + 1), Span::new(span.end - 1, span.end));
    match op.canonical {
        "\\o" | "\\circ" => vec![Proposal::replace(open, "<<").and(close, ">>")],
        "(+)" | "(-)" | "\\oplus" | "\\ominus" => {
            vec![Proposal::replace(open, "SetToBag({").and(close, "})").adding(&["SetToBag"])]
        }
        _ => Vec::new(),
    }
}

/// `[kind = "vote", granted = FALSE]` is `[kind |-> "vote", granted |-> FALSE]`, where nothing has the names' names.
pub(super) fn record(view: &View, problem: &Problem) -> Vec<Proposal> {
    let path = view.path(problem.span);
    let Some(node) = path.iter().rfind(|node| node.is(Kind::Brackets)) else { return Vec::new() };
    let field = |part: Node<'_>| {
        let sign = part.token().filter(|sign| part.is(Kind::Infix) && (sign.is("=") || sign.is("=>")))?;
        let name = part.child(0).filter(|left| left.is(Kind::Reference) && left.all_tokens().len() == 1)?;
        let unknown = !guard::is_declared(view, name.text()) && !view.defines(name.text());
        unknown.then(|| sign.span())
    };
    let signs: Option<Vec<Span>> = node.children().map(field).collect();
    let Some(signs) = signs.filter(|signs| !signs.is_empty()) else { return Vec::new() };
    vec![signs.into_iter().fold(Proposal::default(), |proposal, sign| proposal.and(sign, "|->"))]
}
