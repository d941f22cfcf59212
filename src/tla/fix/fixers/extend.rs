//! Names that a module beside this one defines.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::tree::Kind;

/// The modules that ship with the tools; others are there only where somebody installed them.
const SHIPPED: &[&str] = &["Naturals", "Integers", "Reals", "Sequences", "FiniteSets", "Bags", "TLC", "Randomization"];

/// Operators that every collection of modules defines alike: name, number of parameters, definition. The names of their
/// parameters end with `_`, which no name of a specification is likely to do.
const HELPERS: &[(&str, usize, &str)] = &[
    ("Min", 2, "Min(a_, b_) == IF a_ < b_ THEN a_ ELSE b_"),
    ("Max", 2, "Max(a_, b_) == IF a_ > b_ THEN a_ ELSE b_"),
    ("Min", 1, "Min(set_) == CHOOSE a_ \\in set_ : \\A b_ \\in set_ : a_ <= b_"),
    ("Max", 1, "Max(set_) == CHOOSE a_ \\in set_ : \\A b_ \\in set_ : a_ >= b_"),
    ("Range", 1, "Range(f_) == {f_[a_] : a_ \\in DOMAIN f_}"),
    ("Ran", 1, "Ran(f_) == {f_[a_] : a_ \\in DOMAIN f_}"),
    ("ToSet", 1, "ToSet(seq_) == {seq_[i_] : i_ \\in DOMAIN seq_}"),
    ("SeqToSet", 1, "SeqToSet(seq_) == {seq_[i_] : i_ \\in DOMAIN seq_}"),
    (
        "SeqToBag",
        1,
        "SeqToBag(seq_) == [a_ \\in {seq_[i_] : i_ \\in DOMAIN seq_} |-> Cardinality({i_ \\in DOMAIN seq_ : seq_[i_] = a_})]",
    ),
    ("Elems", 1, "Elems(seq_) == {seq_[i_] : i_ \\in DOMAIN seq_}"),
    ("Last", 1, "Last(seq_) == seq_[Len(seq_)]"),
    ("Front", 1, "Front(seq_) == SubSeq(seq_, 1, Len(seq_) - 1)"),
    ("Reverse", 1, "Reverse(seq_) == [i_ \\in 1..Len(seq_) |-> seq_[Len(seq_) - i_ + 1]]"),
    ("Contains", 2, "Contains(seq_, a_) == \\E i_ \\in DOMAIN seq_ : seq_[i_] = a_"),
    (
        "SetToSeq",
        1,
        "SetToSeq(set_) == CHOOSE f_ \\in [1..Cardinality(set_) -> set_] : \\A i_, j_ \\in DOMAIN f_ : f_[i_] = f_[j_] => i_ = j_",
    ),
    ("IsInjective", 1, "IsInjective(f_) == \\A a_, b_ \\in DOMAIN f_ : f_[a_] = f_[b_] => a_ = b_"),
    ("BagAdd", 2, "BagAdd(bag_, a_) == bag_ (+) SetToBag({a_})"),
    ("BagRemove", 2, "BagRemove(bag_, a_) == bag_ (-) SetToBag({a_})"),
];

pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let name = problem.quoted(0);
    let modules: Vec<&str> = problem.hints.iter().filter_map(|hint| module_of(hint)).collect();
    for module in modules.iter().filter(|module| SHIPPED.contains(module)) {
        proposals.extend(extending(view, module));
    }
    proposals.extend(helper(view, problem, name));
    // A reader who extends one module of a collection has the others.
    for module in modules.iter().filter(|module| !SHIPPED.contains(module)) {
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

fn helper(view: &View, problem: &Problem, name: &str) -> Option<Proposal> {
    let tokens = view.tokens();
    let at = View::index(&tokens, problem.span.start);
    let arguments = arguments(view, at)?;
    let (_, _, text) = HELPERS.iter().find(|(known, arity, _)| *known == name && *arity == arguments)?;
    let unit = view.unit_at(problem.span.start)?;
    Some(Proposal::insert(view.line_start(unit.span().start), format!("{text}\n\n")).declaring(name))
}

/// How many arguments stand after the name at `at`.
pub(super) fn arguments(view: &View, at: usize) -> Option<usize> {
    let tokens = view.tokens();
    if view.word(tokens.get(at + 1)?) != "(" {
        return Some(0);
    }
    let (mut depth, mut commas) = (0usize, 0usize);
    for token in &tokens[at + 1..] {
        match token.canonical {
            "(" | "[" | "{" | "<<" => depth += 1,
            ")" | "]" | "}" | ">>" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(commas + 1);
                }
            }
            "," if depth == 1 => commas += 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tla::check;

    #[test]
    fn every_helper_is_a_definition_that_checks() {
        for (name, arity, text) in HELPERS {
            let parameters = vec!["1"; *arity].join(", ");
            let text = format!(
                "---- MODULE M ----\nEXTENDS Integers, Sequences, FiniteSets, Bags\n{text}\nUse == {name}({parameters})\n====\n"
            );
            let report = check::check(&check::Source { path: "M.tla".to_owned(), text }, &check::NoLibrary);
            assert_eq!(report.verdict(), check::Verdict::Clean, "{name}: {:#?}", report.diagnostics);
        }
    }
}
