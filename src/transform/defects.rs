//! The nineteen defects of the predecessor's transformation, each as the right behaviour. What it did instead stands beside.

use super::Granularity;
use super::Options;
use super::Pass;
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

/// The first example of the predecessor: what comes after the call reads what it has assigned.
const CALLER: &str = "Init == x = 0 /\\ y = 0\nWork(n) == /\\ x' = n + 1\n           /\\ y' = x' * 2\n\
                      A == /\\ Work(5)\n     /\\ x' = x' + y'\nNext == A";

fn pieces(text: &str, granularity: Granularity) -> String {
    let options = Options { pass: Pass::Cuts, granularity, ..Options::default() };
    transform(text, "M.tla", &options).unwrap_or_else(|all| panic!("{}", all[0])).text
}

// 1: the rest of a cut function kept primes on values that were committed by then.
#[test]
fn the_rest_of_a_cut_function_reads_what_was_committed() {
    let text = made(&module(CALLER), Granularity::Statement);
    let rest = text.lines().find(|line| line.contains("x + ") && line.contains(".y")).unwrap_or_default();
    assert!(rest.contains("!.x = st.x + st.y]"), "{text}");
    assert_eq!(complaints(&text), Vec::<String>::new(), "{text}");
}

// 2: the wrapper of an entry said UNCHANGED of the stack that it assigned.
#[test]
fn nothing_is_both_assigned_and_unchanged() {
    for granularity in [Granularity::Function, Granularity::Yield, Granularity::Statement] {
        for text in [made(LOST, granularity), made(&module(CALLER), granularity)] {
            let said = complaints(&text);
            assert!(!said.iter().any(|line| line.starts_with("lint/unchanged-conflict")), "{said:?}\n{text}");
        }
    }
}

// 3: an entry function that was cut jumped to a rest that no action ran.
#[test]
fn every_piece_is_reached_from_next() {
    let text = pieces(LOST, Granularity::Statement);
    let names: Vec<_> = text.lines().filter_map(|line| line.strip_suffix("(self, here) ==")).collect();
    assert!(names.len() > 2, "{text}");
    for piece in names {
        assert!(text.contains(&format!("here.at = \"{piece}\" -> {piece}(self, here)")), "{piece}\n{text}");
    }
    assert!(text.contains("\\E self \\in Proc : Resume(self)"), "{text}");
}

// 4: the wrapper of a function without a cut left pc and info unassigned.
#[test]
fn no_action_of_a_cut_module_leaves_a_variable_unassigned() {
    let operators = "Init == x = 0 /\\ y = 0\nWhole == x' = 1\nA == /\\ x' = 2\n     \\* @yield\n     /\\ y' = 1\nNext == A \\/ Whole";
    let text = made(&module(operators), Granularity::Yield);
    assert!(text.contains("VARIABLE stack"), "{text}");
    assert_eq!(complaints(&text), Vec::<String>::new(), "{text}");
    let whole = &text[text.find("\nWhole ==").unwrap()..];
    let whole = &whole[..whole.find("\n\n").unwrap_or(whole.len())];
    assert!(whole.contains("UNCHANGED") && whole.contains("stack"), "{text}");
}

// 5: frames were appended at one end and popped at the other.
#[test]
fn frames_are_pushed_to_the_end_that_they_are_popped_from() {
    let text = pieces(LOST, Granularity::Statement);
    assert!(text.contains("LET here == Head(stack[self])") && text.contains("![self] = Tail(@)]"), "{text}");
    // Every assignment of a stack but the pop puts a frame before the others.
    assert_eq!(text.matches("![self] =").count(), text.matches("\\o @").count() + 1, "{text}");
}

// 6: the callee of a cut call got the arguments of its caller.
#[test]
fn a_call_that_is_cut_is_given_its_own_arguments() {
    let text = pieces(LOST, Granularity::Statement);
    assert!(text.contains("save_1(self, seen + k)"), "{text}");
    assert!(pieces(&module(CALLER), Granularity::Statement).contains("Work_1(self, 5)"));
}

// 7: pc, stack and info were assigned several times in one branch after a cut.
#[test]
fn nothing_is_assigned_twice_after_a_cut() {
    let operators = "Init == x = 0 /\\ y = 0\nDone(n) == y' = n\nA == /\\ x' = 1\n     /\\ IF y > 0\n        THEN /\\ Done(1)\n             /\\ x' = y\n\
                     \x20       ELSE Done(2)\n     /\\ x' = 0\nNext == A";
    for text in [made(&module(operators), Granularity::Statement), made(LOST, Granularity::Statement)] {
        assert_eq!(complaints(&text), Vec::<String>::new(), "{text}");
    }
}

// 8: what came after a branch was looked for among the first two branches, so that code left its branch and ran on all paths.
#[test]
fn what_stands_in_a_branch_stays_in_it() {
    let text = simple(
        "A == /\\ CASE x = 0 -> /\\ x' = 10\n                      /\\ y' = x\n            [] x = 1 -> UNCHANGED <<>>\n\
         \x20           [] OTHER -> /\\ y' = 30\n                        /\\ x' = y\n     /\\ x' = x + 1",
    );
    let places = [
        "st.x = 0 ->",
        "!.x = 10]",
        "st.x = 1 -> st\n",
        "OTHER ->",
        "!.y = 30]",
        "st6 == [st5 EXCEPT !.x = st5.x + 1]",
    ];
    let places = places.map(|part| text.find(part).unwrap_or_else(|| panic!("{part}: {text}")));
    assert!(places.is_sorted(), "{text}");
    assert_eq!(text.matches("EXCEPT").count(), 5, "{text}");
}

// 9: what came after a branch was copied into each branch.
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

// 13: every UNCHANGED of the source was deleted, also where it says that a branch does nothing.
#[test]
fn an_unchanged_of_the_source_that_is_right_stays_where_it_is() {
    let text = simple(
        "A == \\/ /\\ x = 0 \\* nothing to do\n        /\\ UNCHANGED vars\n     \\/ /\\ x > 0\n        /\\ x' = 1\n        /\\ UNCHANGED y",
    );
    assert!(text.contains("\\/ /\\ x = 0  \\* nothing to do\n        /\\ UNCHANGED vars"), "{text}");
    assert_eq!(text.matches("UNCHANGED").count(), 2, "{text}");
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

// 18: its linter found two of six seeded faults, none of them across calls, below `\E` or under `=>`.
#[test]
fn seeded_faults_are_found() {
    let text = "Init == x = 0 /\\ y = 0\nSet(n) == x' = n\nDup == Set(1) /\\ x' = 2 /\\ UNCHANGED y\n\
                Guarded == x = 0 => x' = 1 /\\ UNCHANGED y\n\
                Chosen == \\E i \\in {1, 2} : (x > i /\\ x' = i /\\ UNCHANGED y) \\/ (x < i /\\ y' = i)\n\
                Next == Dup \\/ Guarded \\/ Chosen";
    let found = complaints(&module(text).replace("\\* specgen: iispec 1\n", ""));
    for wanted in ["lint/assigned-twice: `x` is assigned twice", "`Guarded` leaves `x`, `y`", "`Chosen` leaves `x`"] {
        let (code, message) = wanted.split_once(": ").unwrap_or(("lint/unassigned", wanted));
        let count = found.iter().filter(|line| line.starts_with(code) && line.contains(message)).count();
        assert_eq!(count, 1, "{wanted}: {found:?}");
    }
    assert_eq!(found.len(), 3, "{found:?}");
}

// 19: it printed what it thought of names with `canVote` in them.
#[test]
fn a_name_with_can_vote_in_it_is_like_any_other() {
    let text = |name: &str| {
        module(&format!("Init == x = 0 /\\ y = 0\n{name} == x = 0\nA == {name} /\\ x' = 1 /\\ y' = x\nNext == A"))
    };
    let made = made(&text("canVote"), Granularity::Function);
    assert_eq!(made, self::made(&text("mayElect"), Granularity::Function).replace("mayElect", "canVote"));
    assert_eq!(complaints(&made), Vec::<String>::new(), "{made}");
}
