//! Names that a module beside this one defines.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::fix::guard;
use crate::tla::fix::walk;
use crate::tla::tree::Kind;

/// The modules that ship with the tools; others are there only where somebody installed them.
const SHIPPED: &[&str] = &["Naturals", "Integers", "Reals", "Sequences", "FiniteSets", "Bags", "TLC", "Randomization"];

/// Operators that books and collections of modules define alike: names they go by, number of parameters, parameters and
/// body. The names of their parameters end with `_`, which no name of a specification is likely to do.
const HELPERS: &[(&[&str], usize, &str)] = &[
    (&["Min", "min", "MIN"], 2, "(a_, b_) == IF a_ < b_ THEN a_ ELSE b_"),
    (&["Max", "max", "MAX"], 2, "(a_, b_) == IF a_ > b_ THEN a_ ELSE b_"),
    (&["Min", "min", "MIN", "SetMin"], 1, "(set_) == CHOOSE a_ \\in set_ : \\A b_ \\in set_ : a_ <= b_"),
    (&["Max", "max", "MAX", "SetMax"], 1, "(set_) == CHOOSE a_ \\in set_ : \\A b_ \\in set_ : a_ >= b_"),
    (&["Range", "Ran", "ran"], 1, "(f_) == {f_[a_] : a_ \\in DOMAIN f_}"),
    (
        &["ToSet", "SeqToSet", "Elems", "ElemSet", "Elements", "SetOfSeq"],
        1,
        "(seq_) == {seq_[i_] : i_ \\in DOMAIN seq_}",
    ),
    (&["Last"], 1, "(seq_) == seq_[Len(seq_)]"),
    (&["Front"], 1, "(seq_) == SubSeq(seq_, 1, Len(seq_) - 1)"),
    (&["Reverse"], 1, "(seq_) == [i_ \\in 1..Len(seq_) |-> seq_[Len(seq_) - i_ + 1]]"),
    (&["Contains"], 2, "(seq_, a_) == \\E i_ \\in DOMAIN seq_ : seq_[i_] = a_"),
    (
        &["SetToSeq"],
        1,
        "(set_) == CHOOSE f_ \\in [1..Cardinality(set_) -> set_] : \\A i_, j_ \\in DOMAIN f_ : f_[i_] = f_[j_] => i_ = j_",
    ),
    (&["IsInjective"], 1, "(f_) == \\A a_, b_ \\in DOMAIN f_ : f_[a_] = f_[b_] => a_ = b_"),
    (&["IsAFcn", "IsAFunction", "IsFunction"], 1, "(f_) == f_ = [a_ \\in DOMAIN f_ |-> f_[a_]]"),
    (
        &["IsSeq", "IsASeq", "IsSequence", "IsASequence", "IsFiniteSeq"],
        1,
        "(seq_) == seq_ \\in Seq({seq_[i_] : i_ \\in DOMAIN seq_})",
    ),
    (&["BagAdd"], 2, "(bag_, a_) == bag_ (+) SetToBag({a_})"),
    (&["BagRemove"], 2, "(bag_, a_) == bag_ (-) SetToBag({a_})"),
    (&["BagSingleton", "SingletonBag"], 1, "(a_) == SetToBag({a_})"),
];

/// Those that take a sequence.
const OF_SEQUENCES: &[&str] = &["Last", "Front", "Reverse", "Contains", "ToSet", "SeqToSet", "SetOfSeq", "Elems"];

/// What a set is called that is made into a bag, where [`TO_BAG`] is meant.
pub(in crate::tla::fix) const AS_BAG: &[&str] = &["Bag", "BagOf", "Bagify", "BagFromSet", "AsBag", "ToBag", "MakeBag"];
pub(in crate::tla::fix) const TO_BAG: &str = "SetToBag";

/// What the set of all bags over a set is called.
const ALL_BAGS: &[&str] = &["Bag", "Bags", "BagOf", "BAG"];

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let name = problem.quoted(0);
    let modules: Vec<&str> = problem.hints.iter().filter_map(|hint| module_of(hint)).collect();
    // `//`, and the signs around a comment of C, are no operators of a module.
    let from = view.line_start(problem.span.start);
    let line = view.text()[from..].lines().next().unwrap_or_default();
    let symbol =
        ["/", "*", "//", "/*", "*/"].contains(&name) && ["//", "/*", "*/"].iter().any(|sign| line.contains(sign));
    // `- x' = 1` is an item of a list in prose.
    let tokens = view.tokens();
    let at = View::index(tokens, problem.span.start);
    let is_item =
        |at: usize| tokens.get(at).is_some_and(|sign| view.starts_line(sign) || at > 0 && tokens[at - 1].is("=="));
    let prose =
        name.starts_with('-') && view.problems.iter().any(|other| other.code == "tla/parse-precedence") && is_item(at);
    // Nobody divides real numbers in a specification that is to be checked: `\div` or nothing is meant.
    let real = |module: &str| module == "Reals" && name == "/";
    for module in modules.iter().filter(|module| SHIPPED.contains(module) && !symbol && !real(module) && !prose) {
        proposals.extend(extending(view, module));
    }
    proposals.extend(helper(view, problem, name));
    proposals.extend(all_variables(view, problem, name));
    proposals.extend(bags(view, problem, name));
    // A reader who extends one module of a collection has the others.
    let collected = modules.iter().filter(|module| !SHIPPED.contains(module) && problem.code == "tla/unknown-name");
    for module in collected {
        if ["SequencesExt", "FiniteSetsExt", "Functions", "Folds", "BagsExt"].iter().any(|other| view.extends(other)) {
            proposals.extend(extending(view, module));
        }
    }
    proposals
}

/// `... is defined in the standard module M: add it to EXTENDS`
fn module_of(hint: &str) -> Option<&str> {
    let (_, rest) = hint.split_once("defined in the standard module ")?;
    rest.split(':').next()
}

/// EXTENDS with this module.
fn extending(view: &View, module: &str) -> Option<Proposal> {
    if view.extends(module) {
        return None;
    }
    if let Some(extends) = view.units().into_iter().find(|unit| unit.is(Kind::Extends)) {
        return Some(Proposal::insert(extends.span().end, format!(", {module}")).declaring(module));
    }
    let header = view.tree.root().child(0)?.find(Kind::Header)?;
    Some(Proposal::insert(header.span().end, format!("\nEXTENDS {module}")).declaring(module))
}

/// `M!Op` of a module that is extended: nothing is called `M`, and `Op` is there without it.
pub(super) fn qualified(view: &View, problem: &Problem) -> Vec<Proposal> {
    let tokens = view.tokens();
    let at = View::index(tokens, problem.span.start);
    let Some([module, _, operator]) = tokens.get(at..at + 3) else { return Vec::new() };
    let (span, name) = (module.span().to(operator.span()), view.word(operator));
    guard::is_qualified(view, span, name).then(|| Proposal::replace(span, name)).into_iter().collect()
}

fn helper(view: &View, problem: &Problem, name: &str) -> Option<Proposal> {
    let tokens = view.tokens();
    let at = View::index(tokens, problem.span.start);
    // Defined below, or in a part that could not be read: another fixer's work.
    if view.defines(name) {
        return None;
    }
    // Before the first use; where it is used in two ways, the one with a set is what the other can be written with.
    let uses = view.problems.iter().filter(|other| other.code == problem.code && other.quoted(0) == name);
    let first = uses.clone().min_by_key(|other| other.span.start)?;
    if at != View::index(tokens, first.span.start) {
        return None;
    }
    let counts: Vec<_> = uses.map(|other| arguments(view, View::index(tokens, other.span.start))).collect();
    let arguments = (*counts.iter().min()?)?;
    // What is asked of a sequence is not asked of a set.
    let of_set = |at: usize| tokens.get(at + 2).is_some_and(|first| guard::sorts::is_set(view, view.word(first)));
    if OF_SEQUENCES.contains(&name) && view.places(name).iter().any(|at| of_set(*at)) {
        return None;
    }
    let (_, _, text) = HELPERS.iter().find(|(known, arity, _)| known.contains(&name) && *arity == arguments)?;
    defining(view, problem, name, text)
}

/// `vars` is the tuple of all variables, in a module that has all it declares in lists that could be read.
fn all_variables(view: &View, problem: &Problem, name: &str) -> Option<Proposal> {
    let lists = view.units().into_iter().filter(|unit| unit.is(Kind::Variables)).collect::<Vec<_>>();
    let names: Vec<&str> = lists.iter().flat_map(|unit| unit.children()).map(|child| child.text()).collect();
    let broken = view.units().iter().any(|unit| unit.is(Kind::Error));
    let first = view.problems.iter().find(|other| other.quoted(0) == name && other.code == problem.code)?;
    if !ALL_VARIABLES.contains(&name) || names.is_empty() || broken || first.span != problem.span {
        return None;
    }
    let place = lists.last()?.span().end;
    let user = view.unit_at(problem.span.start)?.span().start;
    (place < user && !view.defines(name))
        .then(|| Proposal::insert(place, format!("\n\n{name} == <<{}>>", names.join(", "))).declaring(name))
}

/// What the tuple of all variables is called.
const ALL_VARIABLES: &[&str] = &["vars", "Vars", "allVars", "all_vars"];

/// The definition before the unit that uses it.
fn defining(view: &View, problem: &Problem, name: &str, rest: &str) -> Option<Proposal> {
    let unit = view.unit_at(problem.span.start)?;
    let at = super::order::with_comments(view, unit.span().start);
    Some(Proposal::insert(at, format!("{name}{rest}\n\n")).declaring(name))
}

/// `b (+) Bag({e})` means SetToBag; `b \in Bag(S)` the set of all bags over `S`.
fn bags(view: &View, problem: &Problem, name: &str) -> Option<Proposal> {
    let tokens = view.tokens();
    let at = View::index(tokens, problem.span.start);
    if arguments(view, at) != Some(1) {
        return None;
    }
    let path = view.path(problem.span);
    let infix = path.iter().rev().filter(|node| node.is(Kind::Infix)).filter_map(|node| node.token());
    let nearest: Vec<&str> = infix.map(|token| token.canonical).collect();
    let sum = |op: &&str| ["\\oplus", "\\ominus", "(+)", "(-)"].contains(op);
    if nearest.first().is_some_and(sum) && AS_BAG.contains(&name) {
        return Some(Proposal::replace(tokens[at].span(), TO_BAG).renaming(name, TO_BAG));
    }
    // `b \\- Bag({e})` is read as a set without the negative of a bag.
    if at >= 2
        && AS_BAG.contains(&name)
        && view.word(&tokens[at - 2]) == "\\"
        && tokens[at - 2].end == tokens[at - 1].start
    {
        let sign = match view.word(&tokens[at - 1]) {
            "-" => "(-)",
            "+" => "(+)",
            _ => return None,
        };
        let both = tokens[at - 2].span().to(tokens[at - 1].span());
        return Some(Proposal::replace(both, sign).and(tokens[at].span(), TO_BAG).renaming(name, TO_BAG));
    }
    // What a variable is said to be in is a set.
    let typed = nearest.last() == Some(&"\\in") || nearest.contains(&"\\in") && !nearest.iter().any(sum);
    let membership = path.iter().rev().find(|node| node.token().is_some_and(|token| token.is("\\in")));
    let subject = membership.and_then(|node| node.child(0)).map(|left| left.all_tokens());
    let typed = typed
        && subject.and_then(|tokens| tokens.first()).is_some_and(|first| guard::is_declared(view, view.word(first)));
    let all = "(set_) == UNION {[part_ -> Nat \\ {0}] : part_ \\in SUBSET set_}";
    if typed && ALL_BAGS.contains(&name) { defining(view, problem, name, all) } else { None }
}

/// How many arguments stand after the name at `at`.
pub(super) fn arguments(view: &View, at: usize) -> Option<usize> {
    let tokens = view.tokens();
    if view.word(tokens.get(at + 1)?) != "(" {
        return Some(0);
    }
    walk::list_length(tokens, at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tla::check;

    #[test]
    fn every_helper_is_a_definition_that_checks() {
        for (name, arity, text) in
            HELPERS.iter().flat_map(|(names, arity, text)| names.iter().map(move |name| (name, arity, text)))
        {
            let parameters = vec!["1"; *arity].join(", ");
            let text = format!(
                "---- MODULE M ----\nEXTENDS Integers, Sequences, FiniteSets, Bags\n{name}{text}\nUse == {name}({parameters})\n====\n"
            );
            let report = check::check(&check::Source { path: "M.tla".to_owned(), text }, &check::NoLibrary);
            assert_eq!(report.verdict(), check::Verdict::Clean, "{name}: {:#?}", report.diagnostics);
        }
    }
}
