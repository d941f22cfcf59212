//! What is printed parses to the same tree, and no comment is lost.

use crate::tla::parse_module;
use crate::tla::print_module;
use crate::tla::shape;
use crate::tla::tree::TriviaKind;

fn comments(text: &str) -> Vec<String> {
    let tree = crate::tla::tree::parse(text).tree;
    let comments = tree.trivia().iter().filter(|piece| matches!(piece.kind, TriviaKind::Line | TriviaKind::Block));
    let mut all: Vec<_> =
        comments.map(|piece| text[piece.start as usize..piece.end as usize].trim_end().to_owned()).collect();
    all.sort();
    all
}

/// Check the property for one text; the printed text is given back.
pub(super) fn keeps(text: &str) -> String {
    let parsed = parse_module(text, "In.tla");
    let shown: Vec<_> = parsed.diagnostics.iter().map(|d| d.render(false)).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    let module = parsed.module.unwrap();
    let printed = print_module(&module);
    let again = parse_module(&printed, "Out.tla");
    let shown: Vec<_> = again.diagnostics.iter().map(|d| d.render(false)).collect();
    assert!(shown.is_empty(), "{}\n{printed}", shown.join("\n"));
    let again = again.module.unwrap();
    similar_or_panic(&shape::of_module(&module), &shape::of_module(&again), &printed);
    assert_eq!(comments(text), comments(&printed), "{printed}");
    assert_eq!(printed, print_module(&again), "printing is stable");
    printed
}

fn similar_or_panic(a: &str, b: &str, printed: &str) {
    if a != b {
        let diff = similar::TextDiff::from_lines(a, b).unified_diff().context_radius(6).to_string();
        panic!("{diff}\n{printed}");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the tests say what they skip")]
fn the_examples_of_the_predecessor_survive() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cfa");
    let files =
        ["uc_example.tla", "ud_example.tla", "pc_example.tla", "mutex.tla", "SpinLock.tla", "etcd_step1/Raft.tla"];
    for file in files {
        match fs_err::read_to_string(folder.join(file)) {
            Ok(text) => drop(keeps(&text)),
            Err(_) => println!("skipped: no {file}"),
        }
    }
}

#[test]
fn a_comment_between_the_header_and_what_it_extends_stays_there() {
    let text = "---- MODULE C ----\n\\* specgen: iispec 1\n(* two *)\nEXTENDS Naturals \\* numbers\n\nA == 1\n\n====\n";
    let printed = keeps(text);
    assert!(printed.starts_with("---- MODULE C ----\n\\* specgen: iispec 1\n(* two *)\nEXTENDS"), "{printed}");
}

#[test]
fn every_construct_survives() {
    keeps(include_str!("testdata/Constructs.tla"));
}

#[test]
fn comments_stay_where_they_were() {
    let text = "---- MODULE C ----\nVARIABLES\n  x, \\* the first\n  y  \\* the second\n\n\\* Before.\nA == \\* here\n  /\\ x = 1 \\* one\n  \\* two follows\n  /\\ y = [a |-> 1, \\* field a\n          b |-> 2] \\* end\n  /\\ f(x, (* inner *) y)\n\\* last\n====\n";
    insta::assert_snapshot!(keeps(text));
}
