//! The nineteen defects of the predecessor's transformation, each as the right behaviour. What it did instead stands beside.

use super::Granularity;
use super::Options;
use super::Pass;
use super::Reading;
use super::lint::lint;
use super::transform;
use crate::tla::check;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

const LOST: &str = include_str!("testdata/Lost.tla");

/// A module that is read imperatively, with its operators from Init to Next.
fn module(operators: &str) -> String {
    format!(
        "---- MODULE M ----\n\\* specgen: iispec 1\nEXTENDS Integers, Sequences\nVARIABLES x, y\nvars == <<x, y>>\n{operators}\n\
         Spec == Init /\\ [][Next]_vars\n====\n"
    )
}

fn made(text: &str, granularity: Granularity) -> String {
    let done = transform(text, "M.tla", &Options { granularity, ..Options::default() });
    done.unwrap_or_else(|all| panic!("{}", all[0])).text
}

/// What the front end and the linter say of an output.
fn complaints(text: &str) -> Vec<String> {
    let path = if text.contains("MODULE Lost") { "Lost.tla" } else { "M.tla" };
    let source = Source { path: path.to_owned(), text: text.to_owned() };
    let mut all = check::check(&source, &NoLibrary).diagnostics;
    all.extend(lint(&source, &NoLibrary));
    all.iter().map(ToString::to_string).collect()
}

fn simple(actions: &str) -> String {
    made(&module(&format!("Init == x = 0 /\\ y = 0\n{actions}\nNext == A")), Granularity::Function)
}

// 1: the rest of a cut function kept primes on values that were committed by then. 2: the wrapper said UNCHANGED of what it
// assigned. 4: it left pc unassigned. 7: it assigned pc, stack and info twice in a branch. 13: all UNCHANGED were made anew.
#[test]
fn every_cut_module_assigns_each_variable_once_on_every_path() {
    for granularity in [Granularity::Function, Granularity::Yield, Granularity::Statement] {
        let text = made(LOST, granularity);
        assert_eq!(complaints(&text), Vec::<String>::new(), "{text}");
    }
}

// 3: there was no way back to the rest of an entry function. 5: frames were appended at one end and popped at the other.
// 6: the callee got the caller's arguments.
#[test]
fn every_piece_is_reached_from_the_end_that_frames_are_pushed_to_with_its_own_arguments() {
    let options = Options { pass: Pass::Cuts, granularity: Granularity::Statement, ..Options::default() };
    let text = transform(LOST, "M.tla", &options).unwrap().text;
    let pieces: Vec<_> = text.lines().filter_map(|line| line.strip_suffix("(self, here) ==")).collect();
    assert!(pieces.len() > 2, "{text}");
    for piece in pieces {
        assert!(text.contains(&format!("here.at = \"{piece}\" -> {piece}(self, here)")), "{piece}\n{text}");
    }
    assert!(text.contains("LET here == Head(stack[self])") && text.contains("![self] = Tail(@)]"), "{text}");
    assert_eq!(text.matches("![self] =").count(), text.matches("\\o @").count() + 1, "{text}");
    assert!(text.contains("save_1(self, seen + k)"), "{text}");
}

// 8: what came after a branch was looked for among the first two branches, so code left its branch. 9: it was copied into
// each branch.
#[test]
fn what_follows_a_branch_stands_once() {
    let steps = (0..20).map(|n| format!("     /\\ IF x > {n} THEN x' = x + 1 ELSE y' = y + x\n")).collect::<String>();
    let input = module(&format!("Init == x = 0 /\\ y = 0\nA ==\n{steps}Next == A"));
    let text = made(&input, Granularity::Function);
    assert!(text.len() < 10 * input.len(), "{} of {}", text.len(), input.len());
    assert_eq!(text.matches("> 19").count(), 1);
}

/// Twenty two-way branches one after the other, of each kind; `#` is the number of the branch.
pub(super) const CHAINS: [(&str, &str); 8] = [
    ("Assigned", "IF x > # THEN x' = x + 1 ELSE y' = y + x"),
    ("Guarded", "\\/ x > # /\\ x' = x - 1\n       \\/ y' = y + x"),
    ("Picked", "IF x > # THEN x' \\in {x, #} ELSE y' = x"),
    ("Quantified", "\\/ \\E i \\in {0, #} : x' = i\n       \\/ y' = x"),
    ("Tested", "IF x > # THEN x' = x - 1 ELSE y' = y + x /\\ y < 99"),
    ("Required", "IF x > # THEN x' = x - 1 ELSE y' = y + x\n    /\\ y < 99"),
    ("Cases", "CASE x > # -> x' \\in {0, #} [] OTHER -> y' = x"),
    ("Called", "IF Take(#) THEN y' = x ELSE x' = 0"),
];

/// A module with a chain of such branches.
pub(super) fn chain(name: &str, branch: &str) -> String {
    let steps = (0..20).map(|n| format!("    /\\ {}\n", branch.replace('#', &n.to_string()))).collect::<String>();
    format!(
        "\\* specgen: iispec 1\n---- MODULE {name} ----\nEXTENDS Integers\nVARIABLES x, y\nInit == x = 3 /\\ y = 1\n\
         Take(n) == x' \\in {{0, n}} /\\ x > 3\nA ==\n{steps}Next == x + y < 9 /\\ A\n\
         Spec == Init /\\ [][Next]_<<x, y>>\n====\n"
    )
}

#[test]
fn a_chain_of_twenty_branches_of_any_kind_stays_under_ten_times_its_size() {
    for (name, branch) in CHAINS {
        let input = chain(name, branch);
        for granularity in [Granularity::Function, Granularity::Statement] {
            let text = made(&input, granularity);
            assert!(text.len() < 10 * input.len(), "{name}: {} of {}\n{text}", text.len(), input.len());
        }
    }
}

// 10: the body of a quantifier was flattened to one line, and what it assigned was not seen.
#[test]
fn a_choice_below_a_quantifier_keeps_its_alternatives() {
    let text = simple(
        "A == \\E s \\in {1, 2} : \\/ /\\ x > s\n                        /\\ x' = s\n                     \\/ y' = s",
    );
    assert!(text.contains("/\\ UNCHANGED y") && text.contains("/\\ UNCHANGED x"), "{text}");
    assert_eq!(complaints(&text), Vec::<String>::new(), "{text}");
}

// 11: operators whose names begin with Init, Next, Spec or TypeOK were dropped.
#[test]
fn a_name_decides_nothing() {
    let text = simple("InitRound(n) == x' = n\nNextIndex(n) == x + n\nA == InitRound(1) /\\ y' = NextIndex(2)");
    assert!(text.contains("InitRound_on(st, n) ==") && text.contains("NextIndex_on(st, n) =="), "{text}");
}

// 12: a variable called pc, stack or info was declared twice, and tuples of variables became actions.
#[test]
fn variables_called_pc_stack_and_info_are_ordinary() {
    let text = made(&LOST.replace("left", "stack").replace("log", "info").replace("seen", "pc"), Granularity::Yield);
    assert_eq!(complaints(&text), Vec::<String>::new(), "{text}");
    assert!(text.contains("VARIABLE frames") && text.contains("vars == <<x, stack, info, frames>>"), "{text}");
}

// 14: what a recursive operator assigns was lost.
#[test]
fn a_recursive_operator_assigns_what_it_assigns() {
    let text = "Init == x = 0 /\\ y = 0\nRECURSIVE Down(_)\nDown(n) == IF n = 0 THEN y' = x ELSE x' = n /\\ Down(n - 1)\nNext == Down(3)";
    let done = transform(&module(text), "M.tla", &Options::default()).unwrap();
    let down = done.report.iter().find(|line| line.name == "Down").unwrap();
    assert_eq!(down.writes, ["x", "y"]);
}

// 15: names inside strings and of record fields were taken for reads.
#[test]
fn strings_and_fields_are_no_reads() {
    let text = simple("A == /\\ x' = 1\n     /\\ y' = [x |-> \"x\", z |-> x].x");
    assert!(text.contains("[x |-> \"x\", z |->"), "{text}");
}

// 16: `LET x == e IN` on one line came out as `THEN /\ LET` or with IN twice.
#[test]
fn a_let_on_one_line_is_a_let() {
    let text = simple("A == IF x = 0 THEN LET n == 1 IN x' = n ELSE LET m == 2 IN y' = m");
    assert_eq!(complaints(&text), Vec::<String>::new(), "{text}");
}

// 17: with hundreds of errors of syntax it wrote what was left, and ended with 0.
#[test]
fn a_text_that_cannot_be_read_is_refused() {
    let broken = module("Init == x = 0 /\\ y = 0\nNext == x' = (1 /\\ y' = 2");
    assert!(transform(&broken, "M.tla", &Options::default()).is_err());
}

// 18: its linter found two of six seeded faults, none of them across calls. 19: it printed what it thought of names
// with `canVote` in them.
#[test]
fn seeded_faults_are_found_and_nothing_else_is_said() {
    let text = "Init == x = 0 /\\ y = 0\ncanVote == x = 0\nSet(n) == x' = n\nDup == Set(1) /\\ x' = 2 /\\ UNCHANGED y\n\
                Guarded == canVote => x' = 1 /\\ UNCHANGED y\nNext == Dup \\/ Guarded";
    let found = complaints(&module(text).replace("\\* specgen: iispec 1\n", ""));
    let codes: Vec<_> = found.iter().filter_map(|line| line.split([':', ' ']).next()).collect();
    assert_eq!(codes.iter().filter(|code| **code == "lint/assigned-twice").count(), 1, "{found:?}");
    assert!(codes.contains(&"lint/unassigned"), "{found:?}");
    let tla = Options { reading: Some(Reading::Tla), ..Options::default() };
    assert!(!transform(&module(text), "M.tla", &tla).unwrap().text.contains("DEBUG"));
}
