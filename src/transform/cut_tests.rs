//! What a cut module is made of, and what is refused of one.

use super::Granularity;
use super::Options;
use super::Pass;
use super::transform;
use crate::base::diag::Diagnostic;
use crate::tla::check;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

fn module(extends: &str, operators: &str) -> String {
    format!(
        "---- MODULE M ----\n\\* specgen: iispec 1\n{extends}CONSTANT Proc\nVARIABLES x, y\nvars == <<x, y>>\n\
         Init == x = 0 /\\ y = 0\n{operators}\nNext == \\E p \\in Proc : A(p)\nSpec == Init /\\ [][Next]_vars\n====\n"
    )
}

fn cut(text: &str, granularity: Granularity) -> Result<String, Vec<Diagnostic>> {
    transform(text, "M.tla", &Options { granularity, ..Options::default() }).map(|done| done.text)
}

fn complaints(text: &str) -> Vec<String> {
    let source = Source { path: "M.tla".to_owned(), text: text.to_owned() };
    check::check(&source, &NoLibrary).diagnostics.iter().map(ToString::to_string).collect()
}

const STOPS: &str = "A(p) == /\\ x' = p\n        \\* @yield\n        /\\ y' = x";

#[test]
fn a_module_that_has_names_of_the_module_sequences_is_cut_without_it() {
    let takes = [
        ("EXTENDS Naturals\n", "Head(s) == s + 1\n"),
        ("", "Append(a, b) == a \\cup {b}\n"),
        ("EXTENDS Naturals\n", "F(Len) == Len\n"),
        ("EXTENDS Naturals\n", "a \\o b == a\n"),
    ];
    for (extends, own) in takes {
        let text = cut(&module(extends, &format!("{own}{STOPS}")), Granularity::Yield).unwrap();
        assert!(!text.contains("Sequences") && text.contains("here == st.stack[self][1]"), "{own}: {text}");
        assert_eq!(complaints(&text), Vec::<String>::new(), "{own}: {text}");
    }
    for extends in ["EXTENDS Naturals\n", "", "EXTENDS Sequences\n", "EXTENDS SequencesExt\n"] {
        let text = cut(&module(extends, STOPS), Granularity::Yield).unwrap();
        assert!(text.contains("Sequences") && text.contains("Head(st.stack[self])"), "{extends}: {text}");
        assert_eq!(text.contains(", Sequences"), extends.contains("Naturals"), "{extends}: {text}");
    }
}

#[test]
fn a_choice_from_an_infinite_set_is_refused_where_states_are_collected_and_stays_in_a_plain_action() {
    let choices =
        ["\\E i \\in Nat : i < 3 /\\ y' = i", "y' \\in Nat", "\\E f \\in [Proc -> Nat], i \\in {1} : y' = f[i]"];
    for choice in choices {
        let plain = module("EXTENDS Naturals\n", &format!("A(p) == x' = p /\\ {choice}"));
        let text = cut(&plain, Granularity::Function).unwrap();
        assert!(text.contains(choice), "{text}");
        let stops = format!("A(p) ==\n  /\\ x' = p\n  \\* @yield\n  /\\ {choice}");
        let read = format!("A(p) ==\n  /\\ x' = p\n  /\\ y' = x\n  /\\ {choice}");
        let statement = format!("A(p) ==\n  /\\ x' = p\n  /\\ y' = 1\n  /\\ {choice}");
        for (body, granularity, line) in [
            (stops, Granularity::Yield, 11),
            (read, Granularity::Function, 11),
            (statement, Granularity::Statement, 11),
        ] {
            let said = cut(&module("EXTENDS Naturals\n", &body), granularity).unwrap_err();
            assert_eq!((said.len(), said[0].code.as_str()), (1, "transform/unbounded"), "{said:?}");
            // The place is one of the text, not of what is made of it on the way.
            assert_eq!((said[0].places[0].line, said[0].places[0].file.as_str()), (line, "M.tla"), "{said:?}");
            assert!(said[0].places[0].text.contains(choice), "{said:?}");
        }
    }
}

#[test]
fn a_line_of_a_piece_knows_the_line_that_it_came_from() {
    let text = module("EXTENDS Naturals\n", "A(p) == /\\ x' = p\n        \\* @yield\n        /\\ y' = x \\* m.go:7");
    let done = transform(&text, "M.tla", &Options { granularity: Granularity::Yield, ..Options::default() }).unwrap();
    let line = done.text.lines().position(|line| line.contains("m.go:7")).unwrap();
    let from = text.lines().position(|line| line.contains("m.go:7")).unwrap() + 1;
    assert_eq!(done.origin[line].from_lines, [from], "{}", done.text);
}

#[test]
fn a_sequence_of_thousands_of_statements_is_cut_at_each() {
    let steps: String = (0..3000).map(|n| format!("    /\\ x' = x + {n}\n")).collect();
    let text = module("EXTENDS Naturals\n", &format!("A(p) ==\n{steps}"));
    let options = Options { pass: Pass::Cuts, granularity: Granularity::Statement, ..Options::default() };
    // A thread of a test has two megabytes of stack.
    let made = transform(&text, "M.tla", &options).unwrap().text;
    assert_eq!(made.matches("here.at = \"A_").count(), 2999);
    assert!(made.contains("A_3000(self, here) ==\n    /\\ x' = x + 2999\n"), "{}", &made[made.len() - 2000..]);
}

#[test]
fn fairness_of_an_action_that_is_cut_is_warned_of_at_its_place_and_that_of_all_steps_is_not() {
    let warned = |fair: &str, operators: &str| {
        let text = module("", &format!("{STOPS}\nIdle(p) == y' = p\n{operators}"));
        let text = text.replace("[][Next]_vars", &format!("[][Next]_vars /\\ {fair}"));
        let options = Options { granularity: Granularity::Yield, ..Options::default() };
        let warnings = transform(&text, "M.tla", &options).unwrap().warnings;
        let place = text.lines().count() - 1;
        assert!(warnings.iter().all(|one| one.places[0].line == place), "{warnings:?}");
        warnings.into_iter().map(|one| format!("{}: {}", one.code, one.message)).collect::<Vec<_>>()
    };
    let of_piece = |resume: &str| {
        vec![format!(
            "transform/fairness-of-piece: `A` is cut: this fairness is of its first piece, and `{resume}` may wait for ever"
        )]
    };
    assert_eq!(warned("\\A p \\in Proc : WF_vars(A(p))", ""), of_piece("Resume"));
    assert_eq!(warned("\\A p \\in Proc : SF_vars(A(p) \\/ Idle(p))", ""), of_piece("Resume"));
    assert_eq!(warned("\\A p \\in Proc : WF_vars(Work(p))", "Work(p) == A(p) \\/ Idle(p)"), of_piece("Resume"));
    assert_eq!(warned("\\A p \\in Proc : WF_vars(A(p))", "Resume == 1"), of_piece("ResumeProcess"));
    assert_eq!(warned("\\A p \\in Proc : LET B == A(p) IN WF_vars(B)", ""), of_piece("Resume"));
    assert_eq!(warned("WF_vars(Next)", ""), Vec::<String>::new());
    assert_eq!(warned("\\A p \\in Proc : WF_vars(Idle(p))", ""), Vec::<String>::new());
}
