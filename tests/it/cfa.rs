//! `specgen cfa --verify`: what it compares, what it does not, and what each ends with. The evaluator judges, so no Java is needed.

use camino::Utf8PathBuf;
use specgen::base::disk;

use crate::project::Ran;
use crate::project::program;
use crate::project::ran;

/// Runs `cfa --verify` on a module that is read imperatively.
fn verified(body: &str, flags: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = Utf8PathBuf::from_path_buf(folder.path().join("M.tla")).unwrap();
    let text = format!(
        "\\* specgen: iispec 1\n---- MODULE M ----\nEXTENDS Integers, Sequences\nVARIABLES x, m\n{body}\n\
         Spec == Init /\\ [][Next]_<<x, m>>\n====\n"
    );
    disk::put(&file, text).unwrap();
    let mut command = program();
    command.args(["cfa", file.as_str(), "--verify"]).args(flags);
    ran(command)
}

#[test]
fn an_update_with_a_call_and_an_index_outside_of_the_domain_agrees() {
    let body = "Init == x = 1 /\\ m = [i \\in {1, 2} |-> 0]\ninc == x' = x + 1 /\\ x\n\
                A == m' = [m EXCEPT ![x] = @ + inc]\nB == x' = x + 2\nNext == A \\/ B";
    let ran = verified(body, &[]);
    assert_eq!(ran.exit, 0, "{}", ran.err);
    assert!(
        ran.err.contains("the output agrees with the IISpec") && !ran.err.contains("errors of both"),
        "{}",
        ran.err
    );
}

#[test]
fn cases_that_are_errors_of_both_are_counted_and_no_agreement_by_themselves() {
    let init = "Init == x = 1 /\\ m = <<>>";
    let ran = verified(&format!("{init}\nA == x' = Head(m)\nNext == A"), &[]);
    assert_eq!(ran.exit, 14, "{}", ran.err);
    assert!(ran.err.contains("error[verify/only-errors]") && !ran.err.contains("agrees"), "{}", ran.err);
    let ran = verified(&format!("{init}\nA == x' = Head(m)\nB == x' = 1 - x\nNext == A \\/ B"), &[]);
    assert_eq!(ran.exit, 0, "{}", ran.err);
    assert!(ran.err.contains(" of them errors of both)"), "{}", ran.err);
}

#[test]
fn a_cut_module_and_a_single_pass_are_not_compared() {
    let body = "Init == x = 1 /\\ m = <<>>\nA == x' = 2 /\\ m' = <<x>>\nNext == A";
    for flags in [["--granularity", "yield"], ["--granularity", "statement"], ["--pass", "pc"], ["--pass", "ud"]] {
        let ran = verified(body, &flags);
        assert_eq!(ran.exit, 2, "{flags:?}: {}", ran.err);
        assert!(ran.err.contains("error[config/usage]: --verify compares whole actions"), "{}", ran.err);
    }
}

#[test]
fn states_behind_an_action_without_a_value_are_compared() {
    let body =
        "Init == x = 0 /\\ m = <<>>\nA == x < 8 /\\ x' = x + 1 /\\ x' = x + 1\nB == x' = Head(m)\nNext == A \\/ B";
    let ran = verified(body, &[]);
    assert_eq!(ran.exit, 0, "{}", ran.err);
    assert!(ran.err.contains("agrees with the IISpec in 5 states") && ran.err.contains("4 successors"), "{}", ran.err);
}

#[test]
fn what_sany_refuses_of_the_input_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let file = Utf8PathBuf::from_path_buf(folder.path().join("M.tla")).unwrap();
    let module = |extends: &str, value: &str| {
        format!(
            "\\* specgen: iispec 1\n---- MODULE M ----\n{extends}VARIABLE x\nInit == x = 0\nNext == x' = {value}\n\
             Spec == Init /\\ [][Next]_x\n====\n"
        )
    };
    let said = [("EXTENDS Naturals, Nowhere\n", "1", "tla/missing-module"), ("", "x + 1", "tla/unknown-operator")];
    for (extends, value, code) in said {
        disk::put(&file, module(extends, value)).unwrap();
        let mut command = program();
        command.args(["cfa", file.as_str()]);
        let ran = ran(command);
        assert_eq!(ran.exit, 0, "{}", ran.err);
        assert!(ran.err.contains(&format!("warning[{code}]")) && ran.out.contains("Next =="), "{}", ran.err);
    }
}
