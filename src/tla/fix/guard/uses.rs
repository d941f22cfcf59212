//! What a name is used for: a formula, which no constant can be declared for, or a value.

use crate::base::span::Span;
use crate::tla::check;
use crate::tla::fix::fixers;
use crate::tla::fix::view::View;
use crate::tla::fix::walk;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// Names for no value; no formula is called so.
const NOTHING: &[&str] = &["nil", "null", "none", "undefined"];

/// Operators between or before formulas, as `ops::canonical` has them.
const LOGICAL: &[&str] = &["/\\", "\\/", "~", "=>", "<=>", "\\equiv", "~>", "-+>", "[]", "<>", "ENABLED", "\\cdot"];

/// Names that one author and one module have for the same thing.
pub(in crate::tla::fix) const NAMES: &[(&str, &str)] = &[
    ("IsBag", "IsABag"),
    ("Natural", "Nat"),
    ("Naturals", "Nat"),
    ("NAT", "Nat"),
    ("Integer", "Int"),
    ("Integers", "Int"),
    ("INT", "Int"),
    ("INTEGER", "Int"),
    ("Bool", "BOOLEAN"),
    ("bool", "BOOLEAN"),
    ("BOOL", "BOOLEAN"),
    ("Bools", "BOOLEAN"),
    ("Strings", "STRING"),
];

/// A name may become one that nothing has, one that differs in case alone, the file's, or its known other name.
pub(super) fn is_renaming(view: &View, from: &str, to: &str) -> bool {
    let fresh = || view.places(to).is_empty();
    let bag = to == fixers::TO_BAG && fixers::AS_BAG.contains(&from);
    from.eq_ignore_ascii_case(to) || to == view.stem || bag || NAMES.contains(&(from, to)) || fresh()
}

pub(in crate::tla::fix) fn is_nothing(name: &str) -> bool {
    NOTHING.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether what stands at `place` is used as a formula: as an operand of a connective, a body, a condition, a fact.
/// What could not be read may be one.
pub(in crate::tla::fix) fn is_formula(view: &View, place: Span) -> bool {
    let path = view.path(place);
    for pair in path.windows(2).rev() {
        if let Some(answer) = role(pair[0], pair[1]) {
            return answer;
        }
    }
    true
}

/// Whether `inner` is a formula in `outer`; `None` where that is what `outer` is.
fn role(outer: Node<'_>, inner: Node<'_>) -> Option<bool> {
    let is = |child: Option<Node<'_>>| child.is_some_and(|child| child.span() == inner.span());
    let (first, last) = (is(outer.children().next()), is(outer.children().next_back()));
    let logical = || outer.token().is_some_and(|op| LOGICAL.contains(&ops::canonical(op.canonical)));
    match outer.kind() {
        Kind::Paren | Kind::Label | Kind::Let | Kind::Case | Kind::OtherArm | Kind::Reference => None,
        Kind::If | Kind::Arm => first.then_some(true),
        Kind::Postfix => (!outer.token().is_some_and(|op| op.is("'"))).then_some(false),
        Kind::Infix | Kind::Prefix => Some(logical()),
        Kind::Filter | Kind::Choose | Kind::Lambda => Some(last),
        Kind::Action | Kind::AngleAction => Some(first),
        Kind::Arguments
        | Kind::Bound
        | Kind::Tuple
        | Kind::Set
        | Kind::Map
        | Kind::Function
        | Kind::FunctionSet
        | Kind::Record
        | Kind::RecordField
        | Kind::RecordSet
        | Kind::RecordSetField
        | Kind::Except
        | Kind::Update
        | Kind::Step
        | Kind::Index
        | Kind::Field
        | Kind::Substitution
        | Kind::New => Some(false),
        _ => Some(true),
    }
}

/// Where the name stands.
pub(in crate::tla::fix) fn places(view: &View, name: &str) -> Vec<Span> {
    let tokens = view.places(name).iter().map(|at| &view.tokens()[*at]);
    tokens.filter(|token| token.kind == TokenKind::Name).map(Token::span).collect()
}

/// What a name nobody declared can be declared as: `Variables` if it gets a value in the next state, `Constants` if it is
/// never primed; `None` where it is used as a formula.
pub(in crate::tla::fix) fn declarable(view: &View, name: &str) -> Option<Kind> {
    let tokens = view.tokens();
    let all = places(view, name);
    let is_primed = |place: &&Span| tokens.get(View::index(tokens, place.end)).is_some_and(|next| next.is("'"));
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase());
    // `# Next` at the beginning of a line is as likely a title as a part of the definition above.
    let is_title = |place: &Span| {
        let before = View::index(tokens, place.start).checked_sub(1).map(|at| tokens[at]);
        before.is_some_and(|sign| view.word(&sign) == "#" && sign.column == 1)
    };
    if all.iter().any(is_title) {
        return None;
    }
    let formula = !is_nothing(name) && all.iter().any(|place| is_formula(view, *place));
    if all.iter().any(|place| is_primed(&place)) {
        let valued = all.iter().filter(is_primed).any(|place| !is_formula(view, *place));
        return (valued && !(capital && formula)).then_some(Kind::Variables);
    }
    (!formula).then_some(Kind::Constants)
}

/// Whether what starts with the head defines nothing: an operand is wanted there, the name or a parameter is that of a
/// variable, a constant or a bound name, or a standard operator stands in the middle of a line.
pub(in crate::tla::fix) fn is_no_head(view: &View, head: &Token) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, head.start as usize);
    let binds = |at: usize| tokens.get(at).is_some_and(|sign| sign.is("\\in") || view.word(sign) == "in");
    let from = view.definition_around(head.start as usize).map_or(0, |unit| View::index(tokens, unit.start));
    let is_bound = |name: &str| (from..at).any(|before| view.word(&tokens[before]) == name && binds(before + 1));
    let inside = !view.starts_line(head) && !view.is_in_open_let(head.start as usize);
    let listed = at.checked_sub(1).is_some_and(|before| ["/\\", "\\/"].contains(&tokens[before].canonical));
    let name = view.word(head);
    let known = || {
        // Another head in the middle of a line may define as little as this one.
        let is_place = |other: &Token| view.starts_line(other) || view.is_in_open_let(other.start as usize);
        let definitions = view.heads().iter().filter(|other| other.start != head.start && is_place(other));
        check::standard_modules_of(name).iter().any(|module| view.extends(module))
            || definitions.into_iter().any(|other| view.word(other) == name)
    };
    let arguments = || {
        let open = tokens.get(at + 1).filter(|open| view.word(open) == "(").map(|_| at + 1);
        let close = open.and_then(|open| walk::closing(tokens, open)).filter(|close| tokens[*close].is(")"));
        close.is_some_and(|close| {
            let names = || tokens[at + 2..close].iter().filter(|token| token.kind == TokenKind::Name);
            // A name that nothing before has said is a parameter, and then so is `log`.
            let said = |name: &str| {
                super::is_declared(view, name)
                    || view.defined().any(|other| other == name)
                    || (from..at).any(|before| view.word(&tokens[before]) == name)
            };
            names().any(|name| super::is_declared(view, view.word(name))) && names().all(|name| said(view.word(name)))
        })
    };
    let place = name == "[" && at.checked_sub(1).is_some_and(|before| view.word(&tokens[before]) == "!");
    // What stands below its sign is the body of a definition.
    let sign = tokens[at..].iter().position(|sign| sign.is("==")).map(|sign| at + sign);
    let ends = sign.is_some_and(|sign| tokens.get(sign + 1).is_none_or(|next| next.line > tokens[sign].line));
    // `p[i] ==` gives no bounds, so it defines no function, and nothing can define anew what is named before.
    let applied = || {
        let open = tokens.get(at + 1).filter(|open| open.is("[") && open.start == head.end).map(|_| at + 1);
        let close = open.and_then(|open| walk::closing(tokens, open)).filter(|close| tokens[*close].is("]"));
        let bounds =
            |close: usize| tokens[at + 2..close].iter().any(|token| token.is("\\in") || view.word(token) == "in");
        close.is_some_and(|close| !bounds(close) && sign == Some(close + 1))
            && (from..at).any(|before| view.word(&tokens[before]) == name)
    };
    // `-. ==` defines an operator.
    let named = head.kind == TokenKind::Name;
    place
        || !ends && sign == Some(at + 1) && is_field(view, head)
        || named && !ends && (inside || listed) && applied()
        || super::is_declared(view, name)
        || named && !ends && (inside || listed) && (is_bound(name) || known() || arguments())
}

/// Whether it is `type` of `m.type`, `m[i].type` or `F(i).type`.
pub(in crate::tla::fix) fn is_field(view: &View, name: &Token) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, name.start as usize);
    let Some([record, dot]) = at.checked_sub(2).map(|before| [tokens[before], tokens[before + 1]]) else {
        return false;
    };
    let adjacent = record.end == dot.start && dot.end == name.start;
    let whole = record.kind == TokenKind::Name || record.is("]") || record.is(")");
    name.kind == TokenKind::Name && dot.is(".") && adjacent && whole
}

/// Whether a `==` behind the name compares: it is declared, or starts what defines nothing.
pub(in crate::tla::fix) fn is_compared(view: &View, name: &str) -> bool {
    super::is_declared(view, name) || view.heads().iter().any(|head| view.word(head) == name && is_no_head(view, head))
}
