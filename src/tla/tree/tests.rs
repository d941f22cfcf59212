use super::*;

fn clean(inside: &str) -> Parsed {
    let text = format!("---- MODULE M ----\n{inside}\n====\n");
    let parsed = parse(&text);
    assert_eq!(parsed.tree.print(), text);
    assert!(parsed.is_clean(), "{inside}\n{:#?}", parsed.errors);
    parsed
}

fn codes(inside: &str) -> Vec<&'static str> {
    let text = format!("---- MODULE M ----\n{inside}\n====\n");
    let parsed = parse(&text);
    assert_eq!(parsed.tree.print(), text);
    parsed.errors.iter().map(|error| error.code).collect()
}

#[test]
fn a_text_that_is_too_large_to_be_read_is_printed_as_it_is() {
    let text = format!("---- MODULE M ----\n{}====\n", "F == 1\n".repeat(5_000_000));
    let parsed = parse(&text);
    assert_eq!(parsed.errors.iter().map(|error| error.code).collect::<Vec<_>>(), ["tla/parse-too-large"]);
    assert!(parsed.tree.print() == text && parsed.tree.text() == text);
}

#[test]
fn and_and_or_have_a_spelling_in_letters() {
    for (text, expected) in [
        ("F == a = 1 \\land b = 2", None),
        ("F == (a \\lor b) \\land c \\lor d", Some("tla/parse-precedence")),
        ("F == a \\land b /\\ c", None),
        ("F ==\n  /\\ a \\lor b\n  \\land c", None),
    ] {
        assert_eq!(codes(text).first().copied(), expected, "{text}");
    }
}

#[test]
fn an_expression_ends_where_the_next_definition_starts() {
    let parsed = clean(
        "A == b\nF(x) == A\ng[x \\in S, y \\in T] == x\na (+) b == a\n-. a == a\na ^+ == a\nLOCAL I(x) == INSTANCE N WITH y <- x, + <- F",
    );
    let module = parsed.tree.root().child(0).unwrap();
    let kinds: Vec<_> = module.children().map(Node::kind).collect();
    assert_eq!(kinds[1..7], [Kind::Definition; 6]);
    assert_eq!(kinds[7], Kind::ModuleDefinition);
}

#[test]
fn a_list_ends_at_its_column() {
    let parsed = clean("F == /\\ a\n     /\\ \\/ b\n        \\/ c /\\ d\n     /\\ e\nG == (/\\ a\n      /\\ b) => c");
    let shown = format!("{:?}", parsed.tree.root());
    assert!(
        shown.contains(
            "Junction[Item[Reference(a)], Item[Junction[Item[Reference(b)], Item[Infix[Reference(c), Reference(d)]]]], \
         Item[Reference(e)]]"
        ),
        "{shown}"
    );
    assert_eq!(codes("F == /\\ a\n     /\\ (b\n     )"), ["tla/parse-indentation"]);
    assert_eq!(codes("F == /\\ a\n     /\\ b +\n   c"), ["tla/parse-unexpected"]);
}

#[test]
fn a_bullet_in_a_wrong_column_is_warned_of() {
    assert_eq!(codes("F == /\\ a\n       /\\ b\n     /\\ c"), ["tla/junction-column"]);
    assert_eq!(codes("F == /\\ a\n    /\\ b"), ["tla/junction-column"]);
    assert_eq!(codes("F == a\n    /\\ b"), [""; 0]);
}

#[test]
fn operators_that_bind_alike_need_parentheses() {
    assert_eq!(codes("F == a /\\ b \\/ c"), ["tla/parse-precedence"]);
    assert_eq!(codes("F == 2 * -1"), ["tla/parse-precedence"]);
    assert_eq!(codes("F == UNCHANGED x'"), ["tla/parse-precedence"]);
    assert_eq!(codes("F == SUBSET a \\cup b /\\ -1 + 2 = c"), [""; 0]);
    assert_eq!(codes("F == a = b = c"), ["tla/parse-precedence"]);
}

#[test]
fn one_run_reports_every_broken_definition() {
    let errors = codes("A == (1\nB == 2\nC == {1, 2\nD == LET x = 1 IN x\nE == \"a\\d\"\nF == x /\\ y \\/ z");
    assert_eq!(
        errors,
        [
            "tla/parse-unexpected",
            "tla/parse-unexpected",
            "tla/parse-unexpected",
            "tla/parse-lexical",
            "tla/parse-precedence"
        ]
    );
}

#[test]
fn nothing_breaks_the_parser() {
    let deep = format!("---- MODULE M ----\nF == {}1\n====", "(".repeat(100_000));
    let chain = format!("---- MODULE M ----\nF == 1{}\n====", " + 1".repeat(100_000));
    let lists = format!("---- MODULE M ----\nF == {}1\n====", "/\\ ".repeat(50_000));
    let primes = format!("---- MODULE M ----\nF == x{}\n====", "'".repeat(50_000));
    let texts = [
        "",
        "----",
        "---- MODULE",
        "---- MODULE M",
        "---- MODULE M ----",
        "====",
        "---- MODULE M ----\n\\* comment",
        "---- MODULE M ----\n(* comment",
        "---- MODULE M ----\nF == \"abc",
        "\u{0}\u{1}\u{2}",
        &deep,
        &chain,
        &lists,
        &primes,
    ];
    for text in texts {
        assert_eq!(parse(text).tree.print(), text);
    }
    assert_eq!(parse(&deep).errors[0].code, "tla/parse-too-deep");
    assert!(parse(&chain).is_clean());
    assert_eq!(parse(&"x".repeat(33 << 20)).errors[0].code, "tla/parse-too-large");
}

#[test]
fn comments_in_any_language_tabs_and_line_ends_are_kept() {
    clean("(* кириллица (* 中文 *) *)\r\n\tVARIABLE x\t\\* żółć\r\n\r\nF == \"\\\"\\\\\" \\o \"ünï\"\r\n");
    clean("(* --algorithm A { variable x = 1; { skip } } *)\nF == ∃ x ∈ S : x ≤ y ∧ ¬z");
}

#[test]
fn proofs_are_kept_as_text() {
    let parsed = clean(
        "THEOREM T == ASSUME NEW x \\in S, x = 1 PROVE x > 0\n<1>1. x = 1 BY DEF F\n<1> DEFINE g == 1\n<1>2. QED\n  <2>1. A OBVIOUS\n  <2> QED BY <2>1\nTHEOREM TRUE\n<1>1. TRUE\n  <2>1. TRUE\n    OBVIOUS\n  <2>2. QED\n    BY <2>1, <2>1 DEF F\n<1>2. QED\n  BY <1>1\nF == 1\nLEMMA F\nPROOF OMITTED\nTHEOREM F BY F DEF F\nG == 2",
    );
    let module = parsed.tree.root().child(0).unwrap();
    let definitions = module.children().filter(|unit| unit.is(Kind::Definition)).count();
    assert_eq!(definitions, 2, "{module:?}");
}

#[test]
fn modules_nest_only_so_deep_and_what_follows_is_one_error() {
    for end in ["", &"====\n".repeat(5_000)] {
        let parsed = parse(&("---- MODULE M ----\n".repeat(5_000) + end));
        let codes: Vec<_> = parsed.errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, ["tla/parse-too-deep"]);
        assert_eq!(parsed.tree.print(), parsed.tree.text());
    }
    let fifty = parse(&("---- MODULE M ----\n".repeat(50) + &"====\n".repeat(50)));
    assert!(fifty.is_clean(), "{:?}", fifty.errors);
}

#[test]
fn a_tuple_of_names_is_bound_wherever_its_bracket_closes() {
    clean(
        "F == {<<a, b>> \\in {<<1, <<2, 3>>>>} : a = b}\nG == [<<a, b>> \\in {<<1, 2>>} |-> a]\nH == [<<1, 2>> -> {<<>>}]",
    );
    clean("F(v(_)) == WF_v(1)(2 = 3)");
    assert_eq!(codes("F == [<<a, b\nG == 1"), ["tla/parse-unexpected"]);
}
