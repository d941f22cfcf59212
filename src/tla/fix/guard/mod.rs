//! What no fix may do, judged without regard to which fixer proposes it.
//!
//! 1. A definition that no diagnostic touches is the same tree afterwards.
//! 2. Every definition there was is there, unless it stood twice with the same body.
//! 3. Words (names, values, connectives, quantifiers) neither come nor go nor change places, except for those the fix
//!    names, and those must be on the short lists below. So no part of a formula is lost, and none is made weaker.
//!
//! What may be written for what is one list, `spellings`, and it is the guard's: fixers propose from it.

pub(super) mod brackets;
pub(super) mod places;
pub(super) mod sorts;
pub(super) mod spellings;
pub(super) mod uses;

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::collections::HashSet;
use std::fmt::Write as _;

use super::edit::Edit;
use super::edit::Permit;
use super::edit::Proposal;
use super::view::Problem;
use super::view::View;
use crate::base::span::Span;
use crate::tla::check;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;

/// Words of other languages that mean nothing in TLA+ where a fix removes them, unless the module gives them a meaning.
/// `'` goes after UNCHANGED only.
const LEFTOVERS: &[&str] = &[
    "END",
    "ENDIF",
    "END_IF",
    "FI",
    "ENDCASE",
    "DO",
    "DONE",
    "BEGIN",
    "begin",
    "end",
    "return",
    ";",
    "WITH",
    "with",
    "'",
    "`",
    "def",
    "func",
    "fn",
    "DEFINE",
    "OPERATOR",
    "INVARIANT",
    "PROPERTY",
];

/// The same, of several words, each removed as a whole.
const PHRASES: &[&str] = &["END IF", "END CASE", "END LET", "END WHILE", "end if", "END_CASE", "END FOR"];

/// Words that only give what is there its form.
const FORMS: &[&str] =
    &["\\E", "\\A", "EXCEPT", "!", "RECURSIVE", "_", "SetToBag", "\\in", "[]", "/\\", "\\/", "THEN", "ASSUME"];

/// Brackets and marks; where they stand is judged by reading the text again.
const MARKS: &[&str] =
    &["(", ")", "[", "]", "{", "}", ",", "<<", ">>", ":", "LET", "IN", "----", "====", "MODULE", "."];

/// Why a fix is refused.
pub(super) fn refusal(before: &View, after: &View, proposal: &Proposal) -> Option<String> {
    CHECKS.iter().find_map(|check| check(before, after, proposal))
}

/// One thing that no fix may do.
pub(super) type Check = fn(&View, &View, &Proposal) -> Option<String>;

pub(super) const CHECKS: [Check; 9] =
    [lists, words, definitions, trees, declarations, extended, groups, sorts::sorts, brackets::brackets];

fn lists(view: &View, _: &View, proposal: &Proposal) -> Option<String> {
    let permit = &proposal.permit;
    let removes = permit
        .removes
        .iter()
        .find(|word| !(LEFTOVERS.contains(word) || PHRASES.contains(word)) || is_defined(view, word));
    let adds = permit.adds.iter().find(|word| !FORMS.contains(word));
    if let Some(word) = removes.or(adds) {
        return Some(format!("no fix may remove or add `{word}`"));
    }
    let same = |(from, to): &&(String, String)| permit.renames.iter().any(|other| other.1 == *to && other.0 != *from);
    if let Some((_, to)) = permit.renames.iter().find(same).filter(|(_, to)| view.places(to).is_empty()) {
        return Some(format!("two names would be `{to}`"));
    }
    let renamed = permit.renames.iter().find(|(from, to)| !uses::is_renaming(view, from, to));
    if let Some((from, to)) = renamed {
        return Some(format!("`{to}` is another thing than `{from}`"));
    }
    // `**Step**` above a definition looks like the head of one.
    let in_title = |name: &str| {
        let inside = |span: Span| view.heads().iter().filter(move |head| span.range().contains(&(head.start as usize)));
        let mut titles = proposal.edits.iter().map(|edit| edit.span).filter(|span| places::is_title(view, *span));
        titles.any(|title| inside(title).any(|head| view.word(head) == name))
    };
    let gone = permit.undefines.iter().find(|name| !uses::is_compared(view, name) && !in_title(name));
    gone.map(|name| format!("`{name} ==` may be a definition"))
}

/// Whether a constant or a variable of the module has this name, so that no definition can.
pub(super) fn is_declared(view: &View, name: &str) -> bool {
    view.is_constant(name) || view.is_variable(name)
}

/// Whether the module defines or declares the name.
pub(super) fn is_defined(view: &View, name: &str) -> bool {
    view.defines(name) || is_declared(view, name)
}

fn canonical<'a>(view: &'a View, token: &'a Token) -> Option<&'a str> {
    word(view.text(), token)
}

/// The word a token of `text` is, in the one spelling that stands for all of its spellings; `None` for marks.
pub fn word<'a>(text: &'a str, token: &'a Token) -> Option<&'a str> {
    if matches!(token.kind, TokenKind::Break | TokenKind::End | TokenKind::Begin | TokenKind::Dashes | TokenKind::Close)
    {
        return None;
    }
    let spelled = if token.canonical.is_empty() { &text[token.span().range()] } else { token.canonical };
    let text = ops::canonical(spelled);
    (!MARKS.contains(&text)).then_some(text)
}

/// The words of `tokens` in `span`; `None` where a token stands across its border.
fn inside<'a>(view: &'a View, tokens: &'a [Token], span: Span) -> Option<Vec<&'a str>> {
    let first = tokens.partition_point(|token| token.end as usize <= span.start);
    let within = || tokens[first..].iter().take_while(|token| (token.start as usize) < span.end);
    let whole = within().all(|token| token.start as usize >= span.start && token.end as usize <= span.end);
    whole.then(|| within().filter_map(|token| canonical(view, token)).collect())
}

fn words(before: &View, after: &View, proposal: &Proposal) -> Option<String> {
    let (old_tokens, new_tokens) = (before.tokens(), after.tokens());
    // Where there was no module there were no words; its text is all there if nothing but its header is replaced.
    if old_tokens.is_empty() {
        let kept = |edit: &Edit| {
            edit.span.start == edit.span.end || before.text()[edit.span.range()].to_ascii_uppercase().contains("MODULE")
        };
        return (!proposal.edits.iter().all(kept)).then(|| "text is lost".to_owned());
    }
    let mut shift = 0isize;
    let mut outside: Vec<(Span, Span)> = Vec::new();
    let (mut old_at, mut new_at) = (0usize, 0usize);
    let mut gone: Vec<Vec<&str>> = Vec::new();
    let mut come: Vec<Vec<&str>> = Vec::new();
    for edit in proposal.sorted() {
        let Edit { span, new: new_text } = edit;
        let start = span.start.checked_add_signed(shift)?;
        let new_span = Span::new(start, start + new_text.len());
        outside.push((Span::new(old_at, span.start), Span::new(new_at, new_span.start)));
        (old_at, new_at) = (span.end, new_span.end);
        shift += new_text.len() as isize - (span.end - span.start) as isize;
        let (Some(old), Some(new)) = (inside(before, old_tokens, *span), inside(after, new_tokens, new_span)) else {
            return Some("an edit cuts a token".to_owned());
        };
        let old_text = &before.text()[span.range()];
        let said = old_text.trim();
        let phrase = new_text.is_empty() && proposal.permit.removes.contains(&said) && PHRASES.contains(&said);
        let becomes_prose = spellings::prose(old_text).is_some_and(|prose| prose == *new_text);
        if becomes_prose && (names_something(before, *span) || places::is_wanted(before, *span)) {
            return Some("what would be a comment may be a part of the module".to_owned());
        }
        if let Some(why) = places::refusal(before, after, (*span, new_span)) {
            return Some(why);
        }
        let formed = is_boxed(before, *span, new_text)
            || is_qualified(before, *span, new_text)
            || places::is_subscripted(before, *span, new_text)
            || places::is_annotation(before, *span, new_text)
            || places::is_undeclared(before, *span, new_text);
        if formed || phrase || spellings::is_spelling(old_text, new_text) {
            continue;
        }
        if proposal.permit.moves || proposal.permit.drops_double {
            gone.push(old);
            come.push(new);
            continue;
        }
        let primes = |words: &[&str]| words.iter().filter(|word| **word == "'").count();
        if primes(&old) > primes(&new) && !follows_unchanged(before, *span) {
            return Some("a prime would be lost".to_owned());
        }
        let order = match (proposal.permit.reorders, is_list_of_constants(before, *span)) {
            (true, true) => Order::Any,
            (true, false) => Order::Primes,
            (false, _) => Order::Same,
        };
        if let Some(why) = same_words(&old, &new, &proposal.permit, order) {
            return Some(why);
        }
    }
    // What stands after the fence that ends the module is no TLA+, so its words do not count.
    let rest = &before.text()[old_at..];
    let ends = proposal.sorted().last().is_some_and(|edit| edit.new.starts_with("===="));
    if !(ends && rest.starts_with("```") && !rest.contains("==")) {
        outside.push((Span::new(old_at, before.text().len()), Span::new(new_at, after.text().len())));
    }
    for (old, new) in outside {
        if inside(before, old_tokens, old) != inside(after, new_tokens, new) {
            return Some("what stands outside the edit is read differently".to_owned());
        }
    }
    // What moves goes at one place and comes at another as it was.
    for words in [&mut gone, &mut come] {
        words.retain(|words| !words.is_empty());
        words.sort_unstable();
    }
    let lost = gone != come && !(proposal.permit.drops_double && come.is_empty());
    lost.then(|| "words are lost or new".to_owned())
}

/// `[]Next_vars` becomes `[][Next]_vars` where both are defined.
fn is_boxed(view: &View, place: Span, new: &str) -> bool {
    let text = view.text();
    let boxed = spellings::boxed(&text[place.range()]).filter(|(_, _, right)| right == new);
    boxed.is_some_and(|(action, tuple, _)| {
        text[..place.start].trim_end().ends_with("[]") && is_defined(view, action) && is_defined(view, tuple)
    })
}

/// `M!Op` becomes `Op` where the module extends the standard module M, which defines it, and nothing else does.
pub(super) fn is_qualified(view: &View, place: Span, new: &str) -> bool {
    view.text()[place.range()].split_once('!').is_some_and(|(module, operator)| {
        operator == new
            && view.extends(module)
            && check::is_of_standard_module(operator, module)
            && !is_defined(view, operator)
            && !is_defined(view, module)
    })
}

/// Whether a word at `place` is a name of the module, so that it may be part of a formula.
fn names_something(view: &View, place: Span) -> bool {
    let mut inside = view.tokens().iter().filter(|token| {
        place.start <= token.start as usize && token.end as usize <= place.end && token.kind == TokenKind::Name
    });
    let prose = &view.text()[place.range()];
    !places::is_title(view, place)
        && !spellings::is_sentence(prose, |word| is_defined(view, word))
        && inside.any(|token| is_defined(view, view.word(token)))
}

/// Whether what stands at `place` is on the line of an UNCHANGED before it.
fn follows_unchanged(view: &View, place: Span) -> bool {
    view.text()[view.line_start(place.start)..place.start].contains("UNCHANGED")
}

/// How freely the words of an edit may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Same,
    /// `F'(x)` and `F(x)'`.
    Primes,
    /// Constants and what is assumed of each.
    Any,
}

fn is_list_of_constants(view: &View, span: Span) -> bool {
    let tokens = view.tokens();
    let at = View::index(tokens, span.start);
    at.checked_sub(1).is_some_and(|at| tokens[at].is("CONSTANT"))
}

fn same_words(old: &[&str], new: &[&str], permit: &Permit, order: Order) -> Option<String> {
    let rename = |word: &&str| {
        permit.renames.iter().find(|(from, _)| from == word).map_or_else(|| (*word).to_owned(), |(_, to)| to.clone())
    };
    let kept = |word: &&&str| !permit.removes.contains(*word);
    let mut old: Vec<String> = old.iter().filter(kept).map(rename).collect();
    let mut new: Vec<String> = new.iter().map(rename).collect();
    new.retain(|word| !permit.removes.contains(&word.as_str()));
    // Each permitted new word may come as often as there are more of it than before.
    for word in permit.adds.iter().copied().chain(permit.repeats.iter().map(String::as_str)) {
        let count = |words: &[String]| words.iter().filter(|other| *other == word).count();
        for _ in count(&old)..count(&new) {
            let at = new.iter().position(|other| *other == word)?;
            new.remove(at);
        }
    }
    if !permit.declares.is_empty() {
        let before: Vec<String> = old.clone();
        if is_declaration(&before, &new, permit) {
            return None;
        }
    }
    if order == Order::Any {
        old.sort_unstable();
        new.sort_unstable();
    } else if order == Order::Primes {
        let primes = |words: &[String]| words.iter().filter(|word| *word == "'").count();
        if primes(&old) == primes(&new) {
            old.retain(|word| word != "'");
            new.retain(|word| word != "'");
        }
    }
    (old != new).then(|| format!("the words were {old:?} and would be {new:?}"))
}

/// Whether an edit only declares, defines or extends what the permit names: it takes out no other word.
fn is_declaration(old: &[String], new: &[String], permit: &Permit) -> bool {
    let declared = |word: &String| permit.declares.contains(word);
    let keyword = |word: &String| ["EXTENDS", "CONSTANT", "VARIABLE", "RECURSIVE", "_"].contains(&word.as_str());
    let only_removed = old.iter().all(declared) && new.is_empty();
    let helper = new.first().is_some_and(declared);
    old.is_empty() && (new.iter().all(|word| declared(word) || keyword(word)) || helper) || only_removed
}

fn counts<T: Ord>(all: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_insert(0) += 1;
    }
    counts
}

fn definitions(before: &View, after: &View, proposal: &Proposal) -> Option<String> {
    let permit = &proposal.permit;
    let renamed =
        |name: String| permit.renames.iter().find(|(from, _)| *from == name).map_or(name.clone(), |(_, to)| to.clone());
    let heads = |view: &View| -> Vec<String> { view.defined().map(|name| renamed(name.to_owned())).collect() };
    let (old, new) = (counts(heads(before)), counts(heads(after)));
    let fewer = |(name, count): (&String, &usize)| {
        let now = new.get(name).copied().unwrap_or(0);
        let formulas = permit.undefines.iter().filter(|formula| *formula == name).count();
        now + formulas < *count && !(permit.drops_double && now > 0)
    };
    let lost = old.iter().find(|entry| fewer(*entry)).map(|(name, _)| name.clone());
    // A definition that could be read as one of the module still is one, unless it stands in a LET that could not be read.
    let name_of = |view: &View, unit: Node<'_>| view.name_of(unit).map(renamed);
    let now: HashSet<String> = after.units().into_iter().filter_map(|unit| name_of(after, unit)).collect();
    let tops = before.units().into_iter().filter(|unit| !before.is_in_open_let(unit.span().start));
    let mut tops = tops.filter_map(|unit| name_of(before, unit));
    let swallowed = tops.find(|name| !now.contains(name) && !permit.undefines.contains(name));
    if of_lets(after) > of_lets(before) {
        return Some("a definition of the module would be one of a LET".to_owned());
    }
    lost.or(swallowed).map(|name| format!("the definition of `{name}` would be lost"))
}

/// How many definitions of LETs, in what can be read, stand where those of the module do.
fn of_lets(view: &View) -> usize {
    let read = view.units().into_iter().filter(|unit| !unit.is(Kind::Error));
    let lets = read.flat_map(View::all).filter(|node| node.is(Kind::Let));
    let heads = lets.flat_map(Node::children).filter(|unit| unit.is(Kind::Definition));
    let tokens = view.tokens();
    let first = heads.filter_map(|unit| tokens.get(View::index(tokens, unit.span().start)));
    first.filter(|head| head.column <= view.least_column() && view.starts_line(head)).count()
}

fn is_kept(unit: Node<'_>) -> bool {
    matches!(
        unit.kind(),
        Kind::Definition | Kind::ModuleDefinition | Kind::Assume | Kind::Theorem | Kind::Instance | Kind::Module
    )
}

/// A node with all its tokens, as a text that two nodes share only if they are the same tree.
pub fn shape(node: Node<'_>, renames: &[(String, String)]) -> String {
    let mut text = String::new();
    let mut stack = vec![Ok(node)];
    while let Some(next) = stack.pop() {
        match next {
            Ok(node) => {
                let _ = write!(text, "{:?}(", node.kind());
                stack.push(Err(None));
                let at = stack.len();
                for element in node.elements() {
                    match element {
                        crate::tla::tree::Element::Node(inner) => stack.push(Ok(inner)),
                        crate::tla::tree::Element::Token(index) => stack.push(Err(Some(index))),
                    }
                }
                stack[at..].reverse();
            }
            Err(Some(index)) => {
                let token = &node.tree().tokens()[index];
                let written = node.token_text(token);
                let word = if token.canonical.is_empty() { written } else { ops::canonical(token.canonical) };
                text.push_str(renames.iter().find(|(from, _)| from == word).map_or(word, |(_, to)| to));
                text.push(' ');
            }
            Err(None) => text.push(')'),
        }
    }
    text
}

/// Whether reading stopped at the very start of a unit.
fn starts_nothing(view: &View, unit: Node<'_>) -> bool {
    let stops = ["tla/parse-unexpected", "tla/parse-lexical"];
    view.problems
        .iter()
        .any(|problem| stops.contains(&problem.code.as_str()) && problem.span.start == unit.span().start)
}

fn trees(before: &View, after: &View, proposal: &Proposal) -> Option<String> {
    let permit = &proposal.permit;
    let units = before.units();
    let titles: Vec<&Edit> = proposal.edits.iter().filter(|edit| places::is_title(before, edit.span)).collect();
    let touched = |unit: &Node<'_>| {
        // What no unit can start with was cut off from the unit before.
        let end = unit.span().end.max(unit.span().start + 1);
        let next = units.get(units.partition_point(|next| next.span().start < end));
        let span = match next.filter(|next| next.is(Kind::Error) && starts_nothing(before, **next)) {
            Some(next) => unit.span().to(next.span()),
            None => unit.span(),
        };
        let within = |place: Span| (span.start..span.end).contains(&place.start);
        // What only declares may change no definition at all.
        if !permit.declares.is_empty() && permit.renames.is_empty() && permit.adds.is_empty() {
            return false;
        }
        if titles.iter().any(|title| title.span.start < span.end && span.start < title.span.end) {
            return true;
        }
        let mut problems = before.problems.iter().filter(|problem| !problem.warning);
        problems.any(|problem| within(problem.span) || problem.other.is_some_and(within))
    };
    let clean = units.iter().copied().filter(|unit| is_kept(*unit) && !touched(unit));
    let old: Vec<_> = clean.map(|unit| (shape(unit, &permit.renames), unit)).collect();
    let new = counts(after.units().into_iter().filter(|unit| is_kept(*unit)).map(|unit| shape(unit, &permit.renames)));
    let all = counts(old.iter().map(|(shape, _)| shape));
    // A definition of a LET that could not be read looks like one of the module, and is one of the LET afterwards.
    let in_lets = LazyCell::new(|| -> HashSet<String> {
        let lets = View::all(after.tree.root()).into_iter().filter(|node| node.is(Kind::Let));
        let units = lets.flat_map(Node::children).filter(|unit| unit.is(Kind::Definition));
        units.map(|unit| shape(unit, &permit.renames)).collect()
    });
    let nested = |unit: &Node<'_>, shape: &str| before.is_in_open_let(unit.span().start) && in_lets.contains(shape);
    let missing = old.iter().find(|(shape, unit)| {
        let now = new.get(shape).copied().unwrap_or(0);
        now < all[shape] && !(permit.drops_double && now > 0) && !nested(unit, shape)
    });
    let line = missing.and_then(|(_, unit)| unit.text().lines().next());
    line.map(|line| format!("no diagnostic touches `{line}`, which would be read differently"))
}

/// A constant is declared for a value alone, and no name of a formula becomes that of a constant.
fn declarations(before: &View, after: &View, proposal: &Proposal) -> Option<String> {
    let unknown = |name: &&String| {
        before.problems.iter().any(|other| other.code == "tla/unknown-name" && other.quoted(0) == name.as_str())
    };
    let permit = &proposal.permit;
    let bad = permit.declares.iter().filter(unknown).find(|name| {
        let kind = uses::declarable(before, name);
        let listed = [(Kind::Constants, after.is_constant(name)), (Kind::Variables, after.is_variable(name))];
        listed.into_iter().any(|(list, is_in)| is_in && kind != Some(list))
    });
    if let Some(name) = bad {
        return Some(format!("`{name}` is used as a formula"));
    }
    let renamed = permit.renames.iter().filter(|(_, to)| before.is_constant(to));
    let mut edited = renamed.filter(|(from, _)| {
        let mut places = uses::places(before, from).into_iter();
        places.any(|place| proposal.edits.iter().any(|edit| edit.span == place) && uses::is_formula(before, place))
    });
    edited.next().map(|(from, to)| format!("`{from}` is used as a formula, and `{to}` is a constant"))
}

/// A module that cannot be found stays extended where its names may be used.
fn extended(before: &View, after: &View, _: &Proposal) -> Option<String> {
    let missing = |problem: &&Problem| problem.code == "tla/missing-module";
    let gone = before.problems.iter().filter(missing).map(|problem| problem.quoted(0));
    let mut gone = gone.filter(|module| before.extends(module) && !after.extends(module)).peekable();
    let module = gone.peek()?;
    let is_of_standard =
        |problem: &&Problem| problem.hints.iter().any(|hint| hint.contains("defined in the standard module "));
    let unknown = |problem: &&Problem| {
        ["tla/unknown-name", "tla/unknown-operator"].contains(&problem.code.as_str())
            && !is_of_standard(problem)
            && !after.defines(problem.quoted(0))
    };
    let unread = after.units().iter().any(|unit| unit.is(Kind::Error));
    let used = unread || after.problems.iter().any(|problem| unknown(&problem));
    used.then(|| format!("`{module}` may define a name that is used"))
}

/// Operators whose grouping no reader can tell: parentheses around either operand say different things.
fn groups(before: &View, after: &View, proposal: &Proposal) -> Option<String> {
    let parentheses = proposal.edits.iter().all(|edit| ["(", ")"].contains(&edit.new.as_str()));
    let count = |view: &View| View::all(view.tree.root()).into_iter().filter(|node| is_grouped(*node)).count();
    (parentheses && count(after) > count(before)).then(|| "how the operators group is not known".to_owned())
}

fn is_grouped(node: Node<'_>) -> bool {
    let op = |node: Node<'_>| node.token().filter(|_| node.is(Kind::Infix)).map(|op| ops::canonical(op.canonical));
    let Some(outer) = op(node) else { return false };
    let inside = node.children().filter(|child| child.is(Kind::Paren)).filter_map(|paren| paren.child(0));
    inside.filter_map(op).any(|inner| uses_no_order(inner, outer))
}

/// Whether two operators in a row are grouped one way by some and the other way by others.
pub(super) fn uses_no_order(inner: &str, outer: &str) -> bool {
    let sets = ["\\cup", "\\cap"];
    (inner == outer && ["~>", "^"].contains(&inner))
        || (inner, outer) == ("\\cup", "\\")
        || (inner != outer && sets.contains(&inner) && sets.contains(&outer))
}
