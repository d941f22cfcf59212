//! Facts about the layout.

use super::compare::difference;
use super::format;
use crate::tla::parse_module;
use crate::tla::print_module;
use crate::tla::tree::parse;

fn module(inside: &str) -> String {
    format!("---- MODULE M ----\nEXTENDS Naturals\n{inside}\n====\n")
}

/// The layout of what stands in a module.
fn laid(inside: &str) -> String {
    let formatted = format(&module(inside), "M.tla");
    assert_eq!(formatted.diagnostics, [], "{inside}");
    let again = format(&formatted.text, "M.tla");
    assert_eq!(again.text, formatted.text, "a second time changes nothing");
    let text = formatted.text.strip_prefix("---- MODULE M ----\nEXTENDS Naturals\n").unwrap();
    text.strip_suffix("\n====\n").unwrap().to_owned()
}

#[test]
fn spaces_stand_around_operators_and_after_commas() {
    assert_eq!(laid("A==x+1"), "A == x + 1");
    assert_eq!(laid("A(x,y)  ==  {x,y}\\cup{1 .. 2}"), "A(x, y) == {x, y} \\cup {1..2}");
    assert_eq!(laid("A == [ x EXCEPT ![1]=- 1,! [2].a = @ ]"), "A == [x EXCEPT ![1] = -1, ![2].a = @]");
    assert_eq!(laid("A == ~ x /\\ [] [N]_<< x >>"), "A == ~x /\\ [][N]_<<x>>");
    assert_eq!(laid("A == \\A x,y\\in S:{z\\in S:z=x}={}"), "A == \\A x, y \\in S : {z \\in S : z = x} = {}");
    assert_eq!(laid("A == - - x"), "A == - -x");
    assert_eq!(laid("A == F( + , ( x ))"), "A == F( +, (x))");
}

#[test]
fn bullets_stand_below_each_other_and_what_is_below_them_moves_along() {
    let inside = "A ==\n  /\\ x = 1\n  /\\ \\/ y\n     \\/ IF a\n          THEN b\n        ELSE c\n\tB == 1";
    let wanted = "A ==\n    /\\ x = 1\n    /\\ \\/ y\n       \\/ IF a\n          THEN b\n          ELSE c\nB == 1";
    assert_eq!(laid(inside), wanted);
    assert_eq!(laid("A == /\\  x\n     /\\  y"), "A == /\\ x\n     /\\ y");
}

#[test]
fn else_stands_below_then_or_if_as_it_did() {
    assert_eq!(laid("A == IF x THEN y\n        ELSE z"), "A == IF x THEN y\n          ELSE z");
    assert_eq!(
        laid("A == IF x THEN y\n     ELSE IF z THEN 1\n     ELSE 2"),
        "A == IF x THEN y\n     ELSE IF z THEN 1\n     ELSE 2"
    );
}

#[test]
fn what_starts_below_if_and_then_stays_near_it() {
    assert_eq!(
        laid("A ==\n  IF x THEN\n     /\\ y\n     /\\ z\n    ELSE\n     /\\ y"),
        "A ==\n    IF x THEN\n         /\\ y\n         /\\ z\n    ELSE\n         /\\ y"
    );
}

#[test]
fn local_definitions_stand_beside_let_and_their_body_beside_in() {
    assert_eq!(laid("A ==\n LET\n  x == 1\n  y == 2\n IN\n  x"), "A ==\n    LET x == 1\n        y == 2\n    IN  x");
    assert_eq!(laid("A == LET x == 1 IN x"), "A == LET x == 1 IN x");
}

#[test]
fn a_line_that_is_too_long_breaks_where_the_grammar_allows() {
    let name = "n".repeat(30);
    let inside = format!("A == F({name}, {name}, {name}, {name})");
    let wanted = format!("A ==\n    F({name},\n      {name},\n      {name},\n      {name})");
    assert_eq!(laid(&inside), wanted);
    let inside = format!("A ==\n    /\\ x' = [a |-> {name}, b |-> {name}, c |-> {name}]");
    let wanted = format!("A ==\n    /\\ x' = [a |-> {name},\n             b |-> {name},\n             c |-> {name}]");
    assert_eq!(laid(&inside), wanted);
}

#[test]
fn comments_stay_with_what_they_stood_with() {
    let inside = "(* head *)\nA == \\* here\n  \\* before\n  /\\ x   \\* one\n  /\\ yy  \\* two\n  \\* /\\ z\n  (* a\n     b *)\n\\* next\nB == 1";
    let wanted = "(* head *)\nA ==  \\* here\n    \\* before\n    /\\ x   \\* one\n    /\\ yy  \\* two\n    \\* /\\ z\n    (* a\n       b *)\n\\* next\nB == 1";
    assert_eq!(laid(inside), wanted);
    assert_eq!(laid("A == f( (* in *)x,y )"), "A == f( (* in *) x, y)");
    assert_eq!(laid("A == 1   \\* far\nB == 22  \\* and near"), "A == 1  \\* far\nB == 22  \\* and near");
    assert_eq!(laid("VARIABLES x, \\* a\n          yy \\* b"), "VARIABLES x,  \\* a\n          yy  \\* b");
}

#[test]
fn several_blank_lines_become_one_and_blanks_at_ends_of_lines_go() {
    assert_eq!(laid("A == 1   \n\n\n\nB == 2\t"), "A == 1\n\nB == 2");
    assert_eq!(format("---- MODULE M ----\r\nA == 1\r\n====", "M.tla").text, "---- MODULE M ----\nA == 1\n====\n");
}

#[test]
fn the_lines_of_the_module_and_the_text_around_it_stay() {
    let text = "before\n\n-------- MODULE M  ---------\nA == 1\n--------\nB == 2\n=======\nafter  \n";
    assert_eq!(format(text, "M.tla").text, text);
}

#[test]
fn proofs_move_as_a_whole() {
    let inside = "THEOREM T ==   TRUE\n  <1>1. x = /\\ a\n            /\\ b\n    BY  DEF A\n  <1>2.  QED";
    assert_eq!(laid(inside), inside.replace("==   TRUE", "== TRUE"));
}

#[test]
fn a_broken_text_is_left_alone_with_its_errors() {
    let text = module("A  ==  (x\nB == 1");
    let formatted = format(&text, "M.tla");
    assert_eq!(formatted.text, text);
    assert!(formatted.diagnostics[0].code.starts_with("tla/parse-"), "{:?}", formatted.diagnostics);
}

#[test]
fn an_operator_that_is_no_bullet_does_not_become_one() {
    // The second one stands left of the list, so it is an operator; below the first it would be an item.
    assert_eq!(laid("A  ==  ( \\/ x\n        \\/ y )"), "A == (   \\/ x\n      \\/ y)");
    assert_eq!(laid("A ==\n   /\\ x\n  /\\ y"), "A ==\n       /\\ x\n    /\\ y");
    assert_eq!(laid("A ==\n  /\\ x\n   /\\ y"), "A ==\n    /\\ x\n       /\\ y");
}

#[test]
fn a_layout_that_would_make_another_tree_is_not_used() {
    let text = module("A == /\\ x\n     /\\ y");
    let wrong = super::formatted(&text, "M.tla", |tree| tree.text().replace("     /\\", "      /\\"));
    assert_eq!(wrong.diagnostics[0].code, "tla/format-changed");
    assert_eq!(wrong.text, text);
    let restless = super::formatted(&text, "M.tla", |tree| tree.text().replace("\n====", "\n\n===="));
    assert_eq!(restless.diagnostics[0].code, "tla/format-unstable");
    assert_eq!(restless.text, text);
}

#[test]
fn a_tree_is_another_one_if_a_token_a_list_or_a_comment_changes() {
    let tree = |inside: &str| parse(&module(inside)).tree;
    let a = tree("A == /\\ x\n     /\\ y \\* c");
    assert_eq!(
        difference(&a, &tree("A ==\n /\\   x\n /\\ y\n \\*   c")).map(|d| d.what),
        Some("the layout would change a comment".to_owned())
    );
    assert_eq!(difference(&a, &tree("A ==\n /\\   x\n /\\ y\n \\* c")), None);
    assert!(difference(&a, &tree("A == /\\ x\n      /\\ y \\* c")).is_some(), "an operator instead of a bullet");
    assert!(difference(&a, &tree("A == /\\ x\n     /\\ z \\* c")).is_some());
}

#[test]
fn a_chain_of_any_length_is_laid_out_or_refused() {
    let long = module(&format!("A == 1{}", " + 1".repeat(20_000)));
    let formatted = format(&long, "M.tla");
    assert_eq!(formatted.diagnostics.first().map(|d| d.code.as_ref()), Some("tla/format-too-deep"));
    let deep = module(&format!("A == {}1{}", "(".repeat(900), ")".repeat(900)));
    assert_eq!(format(&deep, "M.tla").diagnostics, []);
}

#[test]
fn each_line_says_which_lines_it_came_from() {
    let name = "n".repeat(60);
    let formatted = format(&module(&format!("\n\n\\* c\nA == F({name}, {name})\nB == 2")), "M.tla");
    let origin: Vec<Vec<usize>> = formatted.origin.iter().map(|lines| lines.iter().copied().collect()).collect();
    assert_eq!(origin, [vec![1], vec![2], vec![], vec![5], vec![6], vec![6], vec![6], vec![7], vec![8]]);
}

#[test]
fn what_the_printer_prints_is_laid_out_already() {
    let text = include_str!("../testdata/Constructs.tla");
    let printed = print_module(&parse_module(text, "In.tla").module.unwrap());
    let formatted = format(&printed, "Out.tla");
    assert_eq!(formatted.diagnostics, []);
    let diff = similar::TextDiff::from_lines(&printed, &formatted.text).unified_diff().to_string();
    assert_eq!(diff, "");
}
