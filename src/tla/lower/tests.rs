//! What the parser refuses, and with which words.

use super::parse_module;

fn codes(text: &str) -> Vec<String> {
    let text = format!("---- MODULE M ----\n{text}\n====\n");
    parse_module(&text, "M.tla").diagnostics.iter().map(ToString::to_string).collect()
}

#[test]
fn what_stands_left_of_its_bullet_is_refused() {
    let found = codes("A == /\\ x = 1\n     /\\ f(y,\n  2)\nB == 1");
    assert_eq!(found, ["tla/parse-unexpected: expected an expression, found `2` (M.tla:4:3)"]);
}

#[test]
fn operators_that_bind_equally_need_parentheses() {
    assert_eq!(
        codes("A == a /\\ b \\/ c"),
        ["tla/parse-precedence: `/\\` and `\\/` bind equally tightly, so parentheses are needed (M.tla:2:8)"]
    );
    assert_eq!(codes("A == a = b = c")[0].split(':').next(), Some("tla/parse-precedence"));
    assert!(codes("A == UNCHANGED a'")[0].starts_with("tla/parse-precedence"));
    assert!(codes("A == SUBSET a \\cup b").is_empty());
    assert!(codes("A == a \\cup b \\cup c /\\ a - b - c = d /\\ ~a = b").is_empty());
}

#[test]
fn after_an_error_the_next_unit_is_read() {
    let text = "---- MODULE M ----\nA == (1\nB == 2\nC == )\nD == 4\n====\n";
    let parsed = parse_module(text, "M.tla");
    assert_eq!(parsed.diagnostics.len(), 2);
    let names: Vec<_> =
        parsed.module.unwrap().units.iter().filter_map(|u| u.definition().map(|d| d.name.text.clone())).collect();
    assert_eq!(names, ["B", "D"]);
}

#[test]
fn a_missing_end_and_a_missing_header_are_named() {
    assert!(
        parse_module("---- MODULE M ----\nA == 1", "M.tla").diagnostics[0]
            .to_string()
            .starts_with("tla/parse-unclosed-module")
    );
    assert!(parse_module("A == 1", "M.tla").diagnostics[0].to_string().starts_with("tla/parse-no-module"));
    assert!(codes("A == \"open\nB == 1")[0].starts_with("tla/parse-lexical"));
}

#[test]
fn deep_and_long_expressions_are_refused_and_do_not_exhaust_the_stack() {
    for deep in [
        format!("A == {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("A == {}TRUE", "~".repeat(100_000)),
        format!("A == 1{}", " + 1".repeat(100_000)),
        format!("A == f{}", "[1]".repeat(100_000)),
        format!("A == {}1", "IF a THEN b ELSE ".repeat(100_000)),
        format!("A == {}1", "{x \\in ".repeat(100_000)),
        format!("A == x{}", "'".repeat(100_000)),
        format!("A == {}", "/\\ ".repeat(100_000)),
    ] {
        let found = codes(&deep);
        assert!(found[0].starts_with("tla/parse-too-deep"), "{}", found[0]);
    }
    let high =
        format!("---- MODULE M ----\nA == {}{}1{}\n====\n", "1 + ".repeat(5), "(1 + ".repeat(45), ")".repeat(45));
    crate::tla::roundtrip::keeps(&high);
}
