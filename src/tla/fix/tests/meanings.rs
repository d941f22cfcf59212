//! Repairs that would make a text clean and give it another meaning: none is made, and the guard refuses each.

use super::*;

/// What it is, the body, and what stands in it afterwards as it did before. None is clean then.
const KEPT: &[(&str, &str, &str)] = &[
    (
        "a line of a list that would become a definition",
        "F ==\n  /\\ x = 1\n     n = y\n  /\\ y = 3",
        "  /\\ x = 1\n     n = y\n  /\\ y = 3",
    ),
    ("a line below a formula", "F == x = 1\n  n = 2", "\n  n = 2"),
    ("an equation of a variable in no definition", "F == x = 1\ny = 2", "\ny = 2"),
    ("a line left of its list", "F ==\n  /\\ x = 1\nn = y\n  /\\ y = 3", "\nn = y\n"),
    ("a part of an invariant that nobody defines", "F == TypeOK /\\ x = 1", "TypeOK /\\ x = 1"),
    ("a disjunct that nobody defines", "F == \\/ Send\n     \\/ x' = 1", "Send"),
    ("a property that nobody defines", "F == <>Done", "<>Done"),
    ("a fact that nobody defines", "THEOREM Spec => x = 1", "Spec => x"),
    ("a condition that nobody defines", "F == IF Ready THEN 1 ELSE 2", "IF Ready"),
    ("an action that nobody defines", "F == WF_x(Next)", "WF_x(Next)"),
    ("an invariant before and after a step", "F == Inv /\\ x' = 1 => Inv'", "Inv /\\ x' = 1 => Inv'"),
    ("a formula that a constant is called like", "CONSTANT Done\nF == <>done", "<>done"),
    ("a word after `//`", "F == x = 0 // y", "x = 0 // y"),
    ("a number and a word after `//`", "F == x = 0 // 2 nodes", "x = 0 // 2 nodes"),
    ("a comment of one word", "F == x = 0 // initial", "x = 0 // initial"),
    ("`~>` in a row", "F == x = 1 ~> y = 2 ~> x = 3", "~> "),
    ("powers in a row", "F == x^y^2", "x^y^2"),
    ("unions and intersections in a row", "F == A \\cup B \\cap x", "A \\cup B \\cap x"),
    (
        "an operator of a module that this one defines, too",
        "Len(s) == 1\nF == Sequences!Len(x) = 1",
        "Sequences!Len(x)",
    ),
    ("what is always so below", "F == x = 1 /\\ []\n  /\\ y' = 2\n  /\\ x # 3", "[]\n"),
    ("a method", "F == x.size() = 1", "x.size()"),
    (
        "a module that is not found",
        "---- MODULE M ----\nEXTENDS Integers, Quorums\nCONSTANT A\nF == A = Majority\n====\n",
        "Integers, Quorums",
    ),
];

#[test]
fn what_would_be_clean_with_another_meaning_is_left() {
    differences(KEPT.iter().map(|(what, body, kept)| {
        let fixed = fix(&source(&module(body)), &NoLibrary);
        let declared = fixed.fixes.iter().any(|fix| fix.fixer == "declare");
        let good = fixed.text.contains(kept) && fixed.verdict != Verdict::Clean && !declared;
        (!good).then(|| format!("{what}:\n{}\n{}", fixed.text, told(&fixed)))
    }));
}

#[test]
fn only_the_quotation_marks_of_fields_go() {
    for (before, after) in [
        ("F == [\"n\" |-> 1]", "F == [n |-> 1]"),
        ("F == [\"n\" : A]", "F == [n : A]"),
        ("F == [\"n\" : A, \"m\" : B]", "F == [n : A, m : B]"),
    ] {
        let fixed = fix(&source(&module(before)), &NoLibrary);
        assert_eq!((fixed.text, fixed.verdict), (module(after), Verdict::Clean));
    }
}

/// A definition of a LET without fault stays one, though the LET above it lost its head.
#[test]
fn an_in_before_a_list_is_not_read_as_a_sign() {
    let body = "F ==\n  P(x) IN\n    /\\ x = 1\n    /\\ LET a == x\n           b == [n |-> a, m |-> x]\n       IN\n         /\\ x' = b";
    let fixed = fix(&source(&module(body)), &NoLibrary);
    assert!(!fixed.text.contains("P(x) \\in"), "{}", fixed.text);
}

#[test]
fn a_constant_is_declared_for_values() {
    for body in
        ["F == x = Nil", "F == x \\in Nodes", "F == P(Node)", "F == 1..Top", "F == \\A a \\in Nodes : a = {Nil}"]
    {
        let fixed = fix(&source(&module(body)), &NoLibrary);
        assert_eq!(fixed.verdict, Verdict::Clean, "{}", fixed.text);
    }
}

/// A body, what stands before the token that is replaced, that token, and what it becomes.
const MISPLACED: &[(&str, &str, &str, &str)] = &[
    ("F ==\n  /\\ x = 1\n  n = y\n  /\\ y = 3", "  n ", "=", "=="),
    ("F == x = 1\nn = y\n  /\\ y = 3", "\nn ", "=", "=="),
    ("F == x = 1\ny = 2", "\ny ", "=", "=="),
    ("F == x = 0 // y", "0 ", "//", "\\div"),
    ("F == x = 0\n**A**\nG == 1", "**A", "**", "^"),
    ("F == (x\nG == 1", "\nG ", "==", "="),
    ("F == [\"n\" |-> 1]", "\"n\" ", "|->", "->"),
    ("F == x.size()", "size", "()", ""),
    ("F == x[1]()", "[1]", "()", ""),
    ("F ==\n/\\ x = 1\nn = y\nG == 1", "\nn ", "=", "=="),
    ("F == x = 1\n  n = y", "\n  n ", "=", "=="),
    ("F == x = 0 // 2 nodes", "0 ", "//", "\\div"),
    ("F == x = // 2", "= ", "//", "\\div"),
    ("F == x\n// 2", "\n", "//", "\\div"),
    ("F == x **A**", "x ", "**", "^"),
    ("F == x\n**A** y\nG == 1", "\n**A", "**", "^"),
    ("F\n  == (x", "  ", "==", "="),
    ("F == [n |-> 1, \"m\" |-> 2]", "\"m\" ", "|->", "->"),
    ("F == [\"n\" : A]", "\"n\" ", ":", "->"),
    ("F == x = 1\nG(a): 2", "G(a)", ":", "=="),
    ("F == \\A a \\in A : a # x -> y", "x ", "->", ":"),
    ("F == x -> y", "x ", "->", ":"),
    ("F == \\A a \\in A : l(a) :: a = x", "l(a) ", "::", ":"),
    ("F == (x -> y)", "x ", "->", ":"),
    ("F == x <- 1", "x ", "<-", "\\in"),
    ("F == x <- 1", "x ", "<-", "="),
    ("F == x < y, 1 >> = 2", "x ", "<", "<<"),
    ("F == <1, 2", "== ", "<", "<<"),
    ("F == <<x > y >>", "x ", ">", ">>"),
    ("F == x > = 1", "x ", ">", ">>"),
    ("F == CASE x = 1 -> 2 [] , 3", "2 ", "[]", "<<>>"),
    ("F == [] x = 1", "== ", "[]", "<<>>"),
    ("F == x; y", "x", ";", ","),
    ("F == (x for y \\in A)", "x ", "for", ":"),
    ("F == {x for 1}", "x ", "for", ":"),
    ("F == x is not y", "x ", "is", "="),
    ("F == (x\n     IN A", "     ", "IN", "\\in"),
    ("F == LET a == x IN A", "x ", "IN", "\\in"),
    ("F ==\n  P(x) IN\n    /\\ x = 1", "P(x) ", "IN", "\\in"),
    ("F == P(x) IN /\\ x = 1", "P(x) ", "IN", "\\in"),
    ("F == {x /\\ y}", "x ", "/\\", ","),
    ("F == /\\ x = y ? 2 : 3\n     /\\ y = 1", "== ", "/\\ x = y ? 2 : 3", "IF /\\ x = y THEN 2 ELSE 3"),
    ("F == x = y ? 2 : 3", "x = ", "y ? 2 : 3", "IF y THEN 2 ELSE 3"),
    ("F == (y ? 2 : 3 + 1)", "(", "y ? 2 : 3", "IF y THEN 2 ELSE 3"),
    ("F == A += 1", "== ", "A +=", "A' = A +"),
    ("F == x -= (1)", "== ", "x -=", "x' = x -"),
    ("F == x -= 1 + 2", "== ", "x -=", "x' = x -"),
    ("F == let a == x\n     in A", "     ", "in", "\\in"),
    ("F == x = []\n  /\\ y = 1\nG == A /\\ []\n  /\\ y = 1", "A /\\ ", "[]", "<<>>"),
];

#[test]
fn the_guard_refuses_a_spelling_where_it_has_another_meaning() {
    for (body, lead, token, new) in MISPLACED {
        let view = View::of(&source(&module(body)), &NoLibrary);
        let start = view.text().find(&format!("{lead}{token}")).unwrap() + lead.len();
        let span = Span::new(start, start + token.len());
        let text = Proposal::replace(span, *new).apply(view.text()).unwrap();
        let after = View::of(&source(&text), &NoLibrary);
        let why = guard::places::refusal(&view, &after, (span, Span::new(start, start + new.len())));
        assert!(why.is_some(), "{body}: {token} to {new}");
        assert!(refused(&view, &Proposal::replace(span, *new), &guard::CHECKS), "{body}");
    }
}

/// The same where the spelling is right: a body, what stands before the token, that token, and what it becomes.
const IN_PLACE: &[(&str, &str, &str, &str)] = &[
    ("F == x ** 2", "x ", "**", "^"),
    ("F == x = 1 /\\\n  y == 2", "  y ", "==", "="),
    ("F ==\n/\\ x == 1", "x ", "==", "="),
    ("F == 1\nG =\n  /\\ x = 1", "\nG ", "=", "=="),
    ("F == [n |-> A]", "n ", "|->", "->"),
    ("F == \\A a \\in A -> a = x", "A ", "->", ":"),
    ("F == {a \\in A -> a = x}", "A ", "->", ":"),
    ("F == x IN A", "x ", "IN", "\\in"),
    ("F == let a == x in (a\n  in A)", "  ", "in", "\\in"),
    ("F == x = []\n  /\\ y = 1", "= ", "[]", "<<>>"),
    ("F == LET a == x IN (a IN A)", "(a ", "IN", "\\in"),
];

#[test]
fn the_guard_has_nothing_against_a_spelling_where_it_is_right() {
    for (body, lead, token, new) in IN_PLACE {
        let view = View::of(&source(&module(body)), &NoLibrary);
        let start = view.text().find(&format!("{lead}{token}")).unwrap() + lead.len();
        let span = Span::new(start, start + token.len());
        let after = View::of(&source(&Proposal::replace(span, *new).apply(view.text()).unwrap()), &NoLibrary);
        let why = guard::places::refusal(&view, &after, (span, Span::new(start, start + new.len())));
        assert_eq!(why, None, "{body}: {token} to {new}");
    }
}

#[test]
fn only_a_module_that_is_extended_and_has_the_operator_is_left_out_before_it() {
    for (body, operator, is_refused) in [
        ("F == Sequences!Len(x)", "Sequences!Len", false),
        ("F == Bags!Len(x)", "Bags!Len", true),
        ("F == TLC!Print(x, 1)", "TLC!Print", true),
        ("Len(a) == a\nF == Sequences!Len(x)", "Sequences!Len", true),
        ("Sequences == INSTANCE Naturals\nF == Sequences!Len(x)", "Sequences!Len", true),
    ] {
        let view = View::of(&source(&module(body)), &NoLibrary);
        let start = view.text().find(operator).unwrap();
        let new = operator.split('!').next_back().unwrap();
        let proposal = Proposal::replace(Span::new(start, start + operator.len()), new);
        assert_eq!(refused(&view, &proposal, &guard::CHECKS), is_refused, "{body}");
    }
}

#[test]
fn a_title_stands_in_the_first_column_of_a_module_without_an_operator_of_its_marks() {
    for (body, is_title) in [
        ("F == 1\n**The A**\nG == 2", true),
        ("F == x\n  **The A**\n  y", false),
        ("a ** b == a\nF == x\n**The A**\ny", false),
    ] {
        let view = View::of(&source(&module(body)), &NoLibrary);
        let start = view.text().find("**The A**").unwrap();
        assert_eq!(guard::places::is_title(&view, Span::new(start, start + 9)), is_title, "{body}");
    }
}

#[test]
fn names_of_a_list_are_no_prose() {
    for (body, list) in [
        ("CONSTANTS\n  one two three four five\nF == 1", "one two three four five"),
        ("CONSTANTS C,\n  one two three four five\nF == 1", "one two three four five"),
        ("VARIABLES one two three four five\nF == 1", "VARIABLES one two three four five"),
    ] {
        let view = View::of(&source(&module(body)), &NoLibrary);
        let start = view.text().find(list).unwrap();
        let proposal = Proposal::replace(Span::new(start, start + list.len()), format!("\\* {list}"));
        assert!(refused(&view, &proposal, &guard::CHECKS), "{body}");
        let fixed = fix(&source(&module(body)), &NoLibrary);
        assert_eq!(
            fixed.text,
            module(&body.replace("one two three four", "one, two, three, four").replace("four five", "four, five"))
        );
    }
}

/// A definition of the module that stands further right than others is not drawn into a LET that is complete.
#[test]
fn an_indented_definition_stays_one_of_the_module() {
    let view = View::of(&source(&module("F == LET a == nope IN a\n  Inv == x = 1\nG == 1")), &NoLibrary);
    let (start, end) = (view.text().find("LET a").unwrap(), view.text().find("\nG ==").unwrap());
    let text = "LET a == nope\n  Inv == x = 1 IN a";
    let mut proposal = Proposal::replace(Span::new(start, end), text);
    proposal.permit.reorders = true;
    assert!(refused(&view, &proposal, &[guard::CHECKS[2]]));
    assert!(refused(&view, &proposal, &[guard::CHECKS[3]]));
    let open = View::of(&source(&module("F == LET a == (1\n  Inv == x = 1\n  IN a")), &NoLibrary);
    let at = open.text().find("(1").unwrap() + 2;
    assert!(!refused(&open, &Proposal::insert(at, ")"), &guard::CHECKS));
}

/// Each of these checks refuses what no other does.
#[test]
fn the_checks_of_declarations_modules_and_groups_are_needed() {
    let at = |view: &View, what: &str| view.text().find(what).unwrap();
    let views = [
        module("F == Nope /\\ x = 1"),
        "---- MODULE M ----\nEXTENDS Integers, Quorums\nCONSTANT A\nF == A = Majority\n====\n".to_owned(),
        module("F == x = 1 ~> y = 2 ~> x = 3"),
    ]
    .map(|text| View::of(&source(&text), &NoLibrary));
    let declared = Proposal::insert(at(&views[0], "P(_)") + 4, ", Nope").declaring("Nope");
    let start = at(&views[1], ", Quorums");
    let gone = Proposal::replace(Span::new(start, start + 9), "").declaring("Quorums");
    let (open, close) = (at(&views[2], "x = 1 ~>"), at(&views[2], " ~> x = 3"));
    let grouped = Proposal::insert(open, "(").and(Span::new(close, close), ")");
    for (index, (view, proposal)) in views.iter().zip([declared, gone, grouped]).enumerate() {
        let (own, others): (Vec<_>, Vec<_>) =
            guard::CHECKS.iter().copied().enumerate().partition(|(at, _)| *at == index + 4);
        let checks = |all: Vec<(usize, guard::Check)>| all.into_iter().map(|(_, check)| check).collect::<Vec<_>>();
        assert!(refused(view, &proposal, &checks(own)), "check {}", index + 4);
        assert!(!refused(view, &proposal, &checks(others)), "check {} is not needed", index + 4);
    }
}

#[test]
fn a_repair_that_ends_at_its_limit_says_so() {
    let many = format!("\\* {}\n{}", "long ".repeat(200_000), "A == 1\n".repeat(150));
    let fixed = fix(&source(&module(&many)), &NoLibrary);
    assert!(fixed.spent && fixed.verdict != Verdict::Clean);
    assert!(!fix(&source(&module("F == Unheard(1)")), &NoLibrary).spent);
}

/// Where a text breaks off, a problem stands behind its last token.
#[test]
fn a_text_may_break_off_anywhere() {
    let whole =
        module("F ==\n  /\\ x = [y EXCEPT ![1] = {2}, ![A = 3, n |-> 1]\n  /\\ LET a == <<1>> IN \\E b \\in A : P(b)");
    for end in whole.char_indices().map(|(at, _)| at) {
        fix(&source(&whole[..end]), &NoLibrary);
    }
}
