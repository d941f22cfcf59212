//! What sort of thing an expression is, as far as its outermost operator tells, and where that sort has no place.

use std::cell::LazyCell;
use std::collections::HashMap;

use crate::base::span::Span;
use crate::tla::check;
use crate::tla::fix::edit::Proposal;
use crate::tla::fix::view::View;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Formula,
    Number,
    Set,
    /// Tuples and records are functions.
    Function,
    Text,
}

/// How many nodes are looked at for the sort of one expression: definitions may use one another in a circle.
const STEPS: usize = 64;

/// An operator of a standard module with what it takes and gives; `None` where that can be anything.
struct Operator {
    name: &'static str,
    takes: &'static [Option<Sort>],
    gives: Option<Sort>,
}

const fn operator(name: &'static str, takes: &'static [Option<Sort>], gives: Option<Sort>) -> Operator {
    Operator { name, takes, gives }
}

const FORMULA: Option<Sort> = Some(Sort::Formula);
const NUMBER: Option<Sort> = Some(Sort::Number);
const SET: Option<Sort> = Some(Sort::Set);
const FUNCTION: Option<Sort> = Some(Sort::Function);

const OPERATORS: &[Operator] = &[
    operator("Len", &[FUNCTION], NUMBER),
    operator("Head", &[FUNCTION], None),
    operator("Tail", &[FUNCTION], FUNCTION),
    operator("Append", &[FUNCTION, None], FUNCTION),
    operator("SubSeq", &[FUNCTION, NUMBER, NUMBER], FUNCTION),
    operator("Seq", &[SET], SET),
    operator("Cardinality", &[SET], NUMBER),
    operator("IsFiniteSet", &[SET], FORMULA),
];

const SETS: &[&str] = &["Nat", "Int", "Real", "BOOLEAN", "STRING"];
/// Operators by the spelling that `ops::canonical` gives.
const LOGICAL: &[&str] = &["/\\", "\\/", "=>", "\\equiv", "~>", "-+>"];
const EQUALS: &[&str] = &["=", "/="];
const ORDERS: &[&str] = &["<", ">", "\\leq", "\\geq"];
const ARITHMETIC: &[&str] = &["+", "-", "*", "/", "%", "^", "\\div"];
const OF_SETS: &[&str] = &["\\cup", "\\cap", "\\"];
const OF_MEMBERS: &[&str] = &["\\in", "\\notin"];

/// The definitions of a module by their names, which say what sort of thing a name is.
pub(super) struct Sorts<'t> {
    view: &'t View,
    bodies: HashMap<String, Node<'t>>,
}

impl<'t> Sorts<'t> {
    pub(super) fn of(view: &'t View) -> Self {
        let definitions = view.units().into_iter().filter(|unit| unit.is(Kind::Definition));
        let bodies = definitions.filter_map(|unit| Some((view.name_of(unit)?, unit))).collect();
        Self { view, bodies }
    }

    fn standard(&self, name: &str) -> Option<&'static Operator> {
        OPERATORS.iter().find(|known| known.name == name).filter(|_| !self.view.defines(name))
    }

    fn sort(&self, node: Node<'_>, steps: usize) -> Option<Sort> {
        let steps = steps.checked_sub(1)?;
        let op = || node.token().map_or("", |token| ops::canonical(token.canonical));
        match node.kind() {
            Kind::Paren | Kind::Label => self.sort(node.children().next_back()?, steps),
            Kind::Let => self.sort(node.children().next_back()?, steps),
            Kind::Postfix if op() == "'" => self.sort(node.child(0)?, steps),
            Kind::If => node.children().skip(1).find_map(|branch| self.sort(branch, steps)),
            Kind::Reference => self.name(node, steps),
            Kind::Junction | Kind::Quantifier | Kind::Action | Kind::AngleAction => Some(Sort::Formula),
            Kind::Number => Some(Sort::Number),
            Kind::Text => Some(Sort::Text),
            Kind::Set | Kind::Filter | Kind::Map | Kind::FunctionSet | Kind::RecordSet => Some(Sort::Set),
            Kind::Function | Kind::Record | Kind::Tuple | Kind::Except => Some(Sort::Function),
            Kind::Infix => match op() {
                op if LOGICAL.contains(&op) || ORDERS.contains(&op) || OF_MEMBERS.contains(&op) => Some(Sort::Formula),
                op if EQUALS.contains(&op) || op == "\\subseteq" => Some(Sort::Formula),
                op if ARITHMETIC.contains(&op) => Some(Sort::Number),
                op if OF_SETS.contains(&op) || op == ".." => Some(Sort::Set),
                "\\o" | "@@" | ":>" => Some(Sort::Function),
                _ => None,
            },
            Kind::Prefix => match op() {
                "~" | "[]" | "<>" | "ENABLED" | "UNCHANGED" => Some(Sort::Formula),
                "SUBSET" | "UNION" | "DOMAIN" => Some(Sort::Set),
                "-" | "-." => Some(Sort::Number),
                _ => None,
            },
            _ => None,
        }
    }

    fn name(&self, node: Node<'_>, steps: usize) -> Option<Sort> {
        let name = named(node);
        if ["TRUE", "FALSE"].contains(&name) {
            return Some(Sort::Formula);
        }
        if SETS.contains(&name) && !self.view.defines(name) {
            return Some(Sort::Set);
        }
        if let Some(standard) = self.standard(name) {
            return standard.gives;
        }
        self.defined(name, steps).or_else(|| is_set(self.view, name).then_some(Sort::Set))
    }

    fn defined(&self, name: &str, steps: usize) -> Option<Sort> {
        let definition = self.bodies.get(name)?;
        let head = definition.child(0)?;
        if head.is(Kind::FunctionHead) { Some(Sort::Function) } else { self.sort(definition.child(1)?, steps) }
    }

    /// What `outer` wants its `at`th part to be.
    fn wanted(&self, outer: Node<'_>, at: usize) -> Wanted {
        let op = || outer.token().map_or("", |token| ops::canonical(token.canonical));
        match outer.kind() {
            Kind::Index if at == 0 => Wanted::One(Sort::Function),
            Kind::RecordSetField | Kind::Bound if at > 0 => Wanted::One(Sort::Set),
            Kind::FunctionSet => Wanted::One(Sort::Set),
            Kind::RecordField if at > 0 => Wanted::Element,
            Kind::Index => Wanted::Value,
            Kind::Item => Wanted::One(Sort::Formula),
            Kind::If | Kind::Arm if at == 0 => Wanted::One(Sort::Formula),
            Kind::Infix => match op() {
                op if LOGICAL.contains(&op) => Wanted::One(Sort::Formula),
                op if ORDERS.contains(&op) || ARITHMETIC.contains(&op) || op == ".." => Wanted::One(Sort::Number),
                op if OF_SETS.contains(&op) || op == "\\subseteq" => Wanted::One(Sort::Set),
                op if OF_MEMBERS.contains(&op) && at == 1 => Wanted::One(Sort::Set),
                "\\o" => Wanted::Sequence,
                _ => Wanted::Any,
            },
            Kind::Prefix => match op() {
                "~" | "[]" | "<>" => Wanted::One(Sort::Formula),
                "SUBSET" | "UNION" => Wanted::One(Sort::Set),
                "DOMAIN" => Wanted::One(Sort::Function),
                _ => Wanted::Any,
            },
            Kind::Postfix if op() == "'" => Wanted::Timeless,
            _ => Wanted::Any,
        }
    }

    fn clashes_in(&self, outer: Node<'_>) -> Vec<Span> {
        let parts: Vec<Node<'_>> = outer.children().collect();
        let misplaced = |(at, part): (usize, &Node<'_>)| match self.wanted(outer, at) {
            Wanted::Any => false,
            Wanted::Value => self.sort(*part, STEPS) == Some(Sort::Formula),
            // How relations in a row group is said by no parser.
            Wanted::One(_) if is_relation(outer) && is_relation(*part) => false,
            Wanted::One(Sort::Formula) if is_compared(self.view, *part) => true,
            Wanted::One(sort) => self.sort(*part, STEPS).is_some_and(|found| found != sort),
            Wanted::Sequence => {
                part.is(Kind::Record) || self.sort(*part, STEPS).is_some_and(|found| found != Sort::Function)
            }
            Wanted::Element => {
                let range = part.token().is_some_and(|op| part.is(Kind::Infix) && op.is(".."));
                range || part.is(Kind::Reference) && self.sort(*part, STEPS) == SET
            }
            Wanted::Timeless => is_about_time(*part),
        };
        // A formula between parentheses is compared with formulas; on the right it may be what a variable is.
        let compares =
            outer.token().is_some_and(|op| outer.is(Kind::Infix) && EQUALS.contains(&ops::canonical(op.canonical)));
        if let [left, right] = parts[..]
            && compares
            && left.is(Kind::Paren)
            && self.sort(left, STEPS) == FORMULA
            && self.sort(right, STEPS) != FORMULA
        {
            return vec![left.span()];
        }
        let mut all: Vec<Span> =
            parts.iter().enumerate().filter(|part| misplaced(*part)).map(|(_, p)| p.span()).collect();
        if outer.is(Kind::Index) && parts.first().is_some_and(|first| first.is(Kind::Reference) && self.takes(*first)) {
            all.push(parts[0].span());
        }
        all.extend(self.arguments(outer));
        if let (Kind::If, [condition, yes, no]) = (outer.kind(), &parts[..]) {
            // A formula for a condition says nothing of the next state, and one of two branches is none without the other.
            all.extend(updates(*condition).then(|| condition.span()));
            let (yes_sort, no_sort) = (self.sort(*yes, STEPS), self.sort(*no, STEPS));
            let differ = yes_sort.zip(no_sort).is_some_and(|(yes, no)| yes != no && [yes, no].contains(&Sort::Formula));
            all.extend(differ.then(|| outer.span()));
        }
        all
    }

    /// Arguments of the wrong number or sort.
    fn arguments(&self, node: Node<'_>) -> Option<Span> {
        let list = node.find(Kind::Arguments).filter(|_| node.is(Kind::Reference))?;
        let given: Vec<Node<'_>> = list.children().collect();
        let takes = self.standard(named(node))?.takes;
        let fits = |(part, sort): (&Node<'_>, &Option<Sort>)| {
            sort.is_none_or(|sort| self.sort(*part, STEPS).is_none_or(|found| found == sort))
        };
        let all = given.len() == takes.len() && given.iter().zip(takes).all(fits);
        (!all).then(|| list.span())
    }

    /// Whether the name is that of an operator with parameters, and none are given.
    fn takes(&self, node: Node<'_>) -> bool {
        let name = named(node);
        let head = self.bodies.get(name).and_then(|definition| definition.child(0));
        let has = head.is_some_and(|head| head.is(Kind::OperatorHead) && head.text().contains('('));
        node.find(Kind::Arguments).is_none() && (has || self.standard(name).is_some())
    }

    /// Whether a part of the expression at `place` cannot be what it would have to be there.
    pub(super) fn clash(&self, root: Node<'_>, place: Span) -> bool {
        let meets = |span: Span| span.start <= place.end && place.start <= span.end;
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            if self.clashes_in(node).into_iter().any(meets) {
                return true;
            }
            waiting.extend(node.children().filter(|child| meets(child.span())));
        }
        false
    }
}

/// What a place wants.
enum Wanted {
    Any,
    One(Sort),
    /// No truth value.
    Value,
    /// Nothing about time.
    Timeless,
    /// A function, but no record.
    Sequence,
    /// No set that has a name: the field of a record has one of its elements.
    Element,
}

/// Whether the module uses a variable or constant as a set, which it then is everywhere: something is in it, or it is joined
/// with sets.
pub(in crate::tla::fix) fn is_set(view: &View, name: &str) -> bool {
    (view.is_constant(name) || view.is_variable(name)) && is_used_as_set(view, name)
}

/// Whether a set that has a name stands first in `tokens`, up to a comma or their end.
pub(in crate::tla::fix) fn names_set(view: &View, tokens: &[Token]) -> bool {
    let alone = |next: Option<&Token>| next.is_none_or(|next| next.is(",") || next.is("]"));
    tokens.first().is_some_and(|first| {
        let name = view.word(first);
        (SETS.contains(&name) || is_set(view, name)) && alone(tokens.get(1))
    })
}

fn is_used_as_set(view: &View, name: &str) -> bool {
    let tokens = view.tokens();
    let of_sets = ["\\cup", "\\cap", "\\", "\\subseteq"];
    let says = |at: usize| {
        let before = at.checked_sub(1).map_or("", |before| ops::canonical(tokens[before].canonical));
        let mut next = tokens[at + 1..].iter().skip_while(|next| next.is("'"));
        let next = [next.next(), next.next()].map(|next| next.map_or("", |next| view.word(next)));
        let applied = ["[", "(", ".", "!"].contains(&next[0]);
        let joined = [before, ops::canonical(next[0])].into_iter().any(|op| of_sets.contains(&op));
        !applied && before != "." && (OF_MEMBERS.contains(&before) || joined || next == ["=", "{"])
    };
    view.places(name).iter().any(|at| says(*at))
}

/// Whether the module compares this variable or constant with what is no truth value.
fn is_compared(view: &View, part: Node<'_>) -> bool {
    let tokens = view.tokens();
    let name = part.text();
    let is_value = |at: Option<&Token>| {
        at.is_some_and(|token| {
            matches!(token.kind, TokenKind::Number | TokenKind::Str) || view.is_constant(view.word(token))
        })
    };
    let compared = |at: usize| {
        let next = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|next| next.is("'")));
        tokens.get(next).is_some_and(|sign| EQUALS.contains(&ops::canonical(sign.canonical)))
            && is_value(tokens.get(next + 1))
    };
    part.is(Kind::Reference)
        && (view.is_variable(name) || view.is_constant(name))
        && view.places(name).iter().any(|at| compared(*at))
}

/// Whether a conjunct or the whole of it says what a variable is next.
fn updates(node: Node<'_>) -> bool {
    let op = node.token().map_or("", |op| ops::canonical(op.canonical));
    match node.kind() {
        Kind::Junction | Kind::Item | Kind::Paren => node.children().any(updates),
        Kind::Infix if op == "/\\" => node.children().any(updates),
        Kind::Infix if EQUALS.contains(&op) => node.child(0).is_some_and(|left| left.is(Kind::Postfix)),
        _ => false,
    }
}

/// The operator a reference names.
fn named(node: Node<'_>) -> &str {
    node.all_tokens().first().map_or("", |first| node.token_text(first))
}

fn is_relation(node: Node<'_>) -> bool {
    let op = node.token().filter(|_| node.is(Kind::Infix)).map_or("", |op| ops::canonical(op.canonical));
    ORDERS.contains(&op) || EQUALS.contains(&op) || OF_MEMBERS.contains(&op)
}

fn is_about_time(node: Node<'_>) -> bool {
    let op = node.token().filter(|_| node.is(Kind::Prefix)).map(|op| ops::canonical(op.canonical));
    let inside = || node.child(0).is_some_and(is_about_time);
    matches!(op, Some("[]" | "<>")) || node.is(Kind::Paren) && inside()
}

/// Whether the sign at `place` may compare with a set, the empty one apart, or cannot be read as one that does not.
pub(super) fn is_with_set(view: &View, place: Span) -> bool {
    let path = view.path(place);
    let Some(right) = path.last().filter(|node| node.is(Kind::Infix)).and_then(|node| node.child(1)) else {
        return true;
    };
    let tokens = view.tokens();
    let has_members =
        |at: &usize| at.checked_sub(1).is_some_and(|before| OF_MEMBERS.contains(&tokens[before].canonical));
    let is_set = Sorts::of(view).sort(right, STEPS) == Some(Sort::Set)
        || view.is_constant(right.text()) && view.places(right.text()).iter().any(has_members);
    is_set && right.text() != "{}"
}

/// Whether nothing says that what the module calls `name` is no function.
pub(in crate::tla::fix) fn may_be_function(view: &View, name: &str) -> bool {
    Sorts::of(view).defined(name, STEPS).is_none_or(|sort| sort == Sort::Function)
}

/// No edit makes a part of an expression what it cannot be where it stands: a truth value the argument of `Len`, a number
/// the condition of an IF.
pub(super) fn sorts(before: &View, after: &View, proposal: &Proposal) -> Option<String> {
    let clash = |view: &View, sorts: &Sorts<'_>, place: Span| {
        let unit = view.unit_at(place.start).or_else(|| view.unit_at(place.start.checked_sub(1)?));
        unit.is_some_and(|unit| sorts.clash(unit, place))
    };
    // What could be read and was wrong already is no work of the edit.
    let is_read = |place: Span| {
        let unit = before.unit_at(place.start).map(Node::span).unwrap_or_default();
        let inside = |stop: Span| unit.start <= stop.start && stop.start <= unit.end;
        !before.problems.iter().any(|problem| check::codes::is_of_parsing(&problem.code) && inside(problem.span))
    };
    let (old, new) = (LazyCell::new(|| Sorts::of(before)), Sorts::of(after));
    let was = |place: Span| is_read(place) && clash(before, &old, place);
    // What is moved by blanks is the first thing behind them, in what is before them.
    let moved = |place: Span| {
        let (before, behind) = after.text().split_at(place.end);
        let blanks = behind.len() - behind.trim_start_matches(' ').len();
        let start = after.text()[..place.start].trim_end().len().min(before.trim_end().len());
        Span::new(start, place.end + blanks)
    };
    // What is used as a set is defined as one.
    let misused = |place: Span| {
        let unit = after.unit_at(place.start).filter(|unit| unit.is(Kind::Definition))?;
        let name = after.name_of(unit).filter(|name| unit.child(0).is_some_and(|head| head.text() == name))?;
        let sort = new.sort(unit.child(1)?, STEPS)?;
        (sort != Sort::Set && is_used_as_set(after, &name)).then_some(())
    };
    if proposal.placed().into_iter().any(|(edit, place)| edit.span.start < edit.span.end && misused(place).is_some()) {
        return Some("what is used as a set would be none".to_owned());
    }
    let made = proposal.placed().into_iter().any(|(edit, place)| clash(after, &new, moved(place)) && !was(edit.span));
    made.then(|| "what stands there would be of the wrong kind".to_owned())
}
