//! Where a bracket, a sign or a line could be meant in two ways: it is put where its kind shows the place, or left.

use super::*;

fn raft(body: &str) -> String {
    format!(
        "---- MODULE M ----\nEXTENDS Naturals, Sequences, FiniteSets\nCONSTANTS Server, Nil, Leader, Follower\nVARIABLES term, state, voted, log, index, messages\nSafe == \\A s \\in Server : index[s] >= 0\nQuorum == {{q \\in SUBSET Server : Cardinality(q) > 1}}\nCount(n) == n + 1\n{body}\n====\n"
    )
}

/// What it is and the body, of which nothing is changed.
const LEFT: &[(&str, &str)] = &[
    ("an element of a set", "Inv == \\A s \\in Server : term[s] is Nat"),
    ("no element of a set", "Inv == \\A s \\in Server : term[s] is not Nat"),
    ("an element of a set that is a constant", "Inv == \\A s \\in Server : voted[s] is Server"),
    (
        "a negation of one part or of all",
        "Inv == \\A s \\in Server : ~(state[s] = Leader /\\ voted[s] = Nil => term[s] > 0",
    ),
    ("an argument of one part or of all", "Inv == \\A s \\in Server : index[Count(s + 1] > 0"),
    ("an index of one part or of all", "Inv == \\A s \\in Server : log[s + 1"),
    ("a factor", "Inv == 2 * (Count(1) + 1"),
    (
        "what is before an implication or all",
        "Inv == \\A s \\in Server : (index[s] = 1 \\/ index[s] = 2 => term[s] = 3 /\\ Safe",
    ),
    ("a formula with an argument", "Inv == Safe(Server) /\\ TRUE"),
    ("operators with arguments that are none", "Inv == Len(log, 1) > 0 /\\ Count(1, 2) = 1"),
    ("a set with an argument", "Inv == Quorum(1) = 1"),
    ("an equation beside another", "A(i) == term' = Count(i) == voted"),
    ("heads in the middle of lines, of which none defines", "A == term' = s == voted\nB == state' = s == voted"),
    ("a new name behind a variable", "A == voted /\\ og == {Leader}"),
    (
        "a new name behind the item of a bound one",
        "A(i) ==\n  /\\ i \\in Server\n  /\\ voted' = i\n  /\\ og == log \\ {1}",
    ),
    ("brackets around nothing", "Inv == [) ] /\\ [ ]"),
    ("several at once", "Inv == Count <= 3 /\\ Len(log, 1) > 0 /\\ Quorum(1)"),
    ("an arrow outside of any record", "Inv == \\A s, t \\in Server : t # s -> state[t] # Leader"),
    ("an arrow below an action", "Spec == [][Safe]_index\nInv == \\A s, t \\in Server : t # s -> state[t] # Leader"),
    ("a number as a condition", "Inv == state' = term[1] + 1 ? 3 : 4"),
    ("what is next of a formula about time", "Inv == <>[]term' = 1"),
    ("a tuple with brackets to spare", "Inv == {<<state, >> >> = 1"),
    (
        "a conjunct left of its disjuncts",
        "Inv == \\A s \\in Server : \\/ state[s] = Leader\n                         /\\ voted[s] = s\n                          \\/ term[s] = 0",
    ),
    ("a disjunct in the column of conjuncts", "Inv ==\n   /\\ state = Leader\n   \\/ voted = Nil\n   /\\ term > 0"),
    (
        "the items of an implication or of the list",
        "Other ==\n    /\\ state = Nil\n    /\\ voted = Nil\nInv ==\n   /\\ state = Leader =>\n   /\\ voted = Nil\n   /\\ term > 0",
    ),
    (
        "connectives at the ends of lines in one column",
        "Inv ==\n    state = Leader \\/\n    state = Follower /\\\n    voted = Nil",
    ),
];

/// The body, and what it becomes: no other place gives a text of the right kinds.
const PLACED: &[(&str, &str)] = &[
    (
        "Inv == \\A s \\in Server : index[s >= 0 /\\ state[s] = Leader",
        "Inv == \\A s \\in Server : index[s] >= 0 /\\ state[s] = Leader",
    ),
    ("Inv == \\A s \\in Server : index[s >= 0", "Inv == \\A s \\in Server : index[s] >= 0"),
    ("Inv == \\A s \\in Server : Len(log[s] <= 5", "Inv == \\A s \\in Server : Len(log[s]) <= 5"),
    (
        "Inv == \\A s \\in Server : Len(log[s] > 0 /\\ index[s] <= Len(log[s])",
        "Inv == \\A s \\in Server : Len(log[s]) > 0 /\\ index[s] <= Len(log[s])",
    ),
    (
        "Inv == \\A s \\in Server : Cardinality({s} \\cup Server >= 1",
        "Inv == \\A s \\in Server : Cardinality({s} \\cup Server) >= 1",
    ),
    (
        "Inv == \\A s \\in Server : (state[s] = Leader => voted[s] = s",
        "Inv == \\A s \\in Server : (state[s] = Leader => voted[s] = s)",
    ),
    ("Inv == \\A s \\in Server : state[s] is in {Leader}", "Inv == \\A s \\in Server : state[s] \\in {Leader}"),
    ("Inv == \\A s \\in Server : state[s] is Leader", "Inv == \\A s \\in Server : state[s] = Leader"),
    (
        "Inv == \\A s \\in Server : !state[s] = Leader && voted[s] = s || term[s] > 0",
        "Inv == \\A s \\in Server : (~state[s] = Leader /\\ voted[s] = s) \\/ term[s] > 0",
    ),
    ("Inv == messages is {}", "Inv == messages = {}"),
    ("Inv == Safe /\\ term(1) = 2", "Inv == Safe /\\ term[1] = 2"),
];

#[test]
fn what_could_be_meant_in_two_ways_is_left() {
    differences(LEFT.iter().map(|(what, body)| {
        let text = raft(body);
        let fixed = fix(&source(&text), &NoLibrary);
        let good = fixed.text == text && fixed.verdict != Verdict::Clean;
        (!good).then(|| format!("{what}:\n{}\n{}", fixed.text, told(&fixed)))
    }));
}

#[test]
fn a_bracket_is_put_where_its_kind_shows_the_place() {
    differences(PLACED.iter().map(|(before, after)| {
        let fixed = fix(&source(&raft(before)), &NoLibrary);
        let good = fixed.text == raft(after) && fixed.verdict == Verdict::Clean;
        (!good).then(|| format!("{before}\n{}\n{}", fixed.text, told(&fixed)))
    }));
}

/// Each of these checks refuses what no other does.
#[test]
fn the_checks_of_sorts_and_brackets_are_needed() {
    let views = ["Inv == Safe(Server) /\\ TRUE", "Inv == 2 * (Count(1) + 1"]
        .map(|body| View::of(&source(&raft(body)), &NoLibrary));
    let argument = views[0].text().find("(Server)").unwrap();
    let span = |at: usize| Span::new(at, at + 1);
    let applied = Proposal::replace(span(argument), "[").and(span(argument + 7), "]");
    let closed = Proposal::insert(views[1].text().rfind("\n====").unwrap(), ")");
    for (index, (view, proposal)) in views.iter().zip([applied, closed]).enumerate() {
        let (own, others): (Vec<_>, Vec<_>) =
            guard::CHECKS.iter().copied().enumerate().partition(|(at, _)| *at == index + 7);
        let checks = |all: Vec<(usize, guard::Check)>| all.into_iter().map(|(_, check)| check).collect::<Vec<_>>();
        assert!(refused(view, &proposal, &checks(own)), "check {}", index + 7);
        assert!(!refused(view, &proposal, &checks(others)), "check {} is not needed", index + 7);
    }
}

#[test]
fn a_bracket_of_one_definition_closes_nothing_of_another() {
    let text = "---- MODULE M ----\nTypeOK ==\n  /\\ \\A t \\in Threads: ~(t \\in holder /\\ t \\in Range(waitQueue/\\)\nTry(t) ==\n            /\\ holder' = {t2\n            /\\ waitQueue' = Tail(waitQueue)\nSpec == Init /\\ [][Next]_ /\\ WF_Vars(Next)";
    let fixed = fix(&source(text), &NoLibrary);
    assert!(["TypeOK ==", "Try(t) ==", "Spec =="].iter().all(|head| fixed.text.contains(head)), "{}", fixed.text);
}

/// Of a reader with fresh eyes: what is left, each in a module of its own.
const LEFT_ALONE: &[&str] = &[
    // Which operands the bracket holds is not known, whatever the operators rank.
    "Inv == (term > 0 \\/ index > 0 /\\ term < 9",
    "Inv == term = Len(log) + (index - 1 % 3",
    "Inv == {i \\in 1..3 : i = 1 + (index + 1 % 3} = {}",
    "Inv == IF (state = 0 \\/ term > 0 /\\ index > 0 THEN TRUE ELSE FALSE",
    "Inv == ~(term > 0 \\/ index > 0 /\\ state = 2",
    "Inv == (term = 1 => index = 1 \\/ state = 1 /\\ voted",
    // A parameter gets no definition.
    "Pop(k) ==\n    /\\ term > 0\n    /\\ k == Head(log)\n    /\\ term' = 1\n    /\\ index' = 2",
    // What is always so is not known.
    "Inv == [] term = 1 => index = 2",
    "Inv == []term > 0 /\\ index > 0",
    "Inv == \\A s \\in Server : term[server] = 0 /\\ server # s",
    "Act ==\n  /\\ term' = index +\n  /\\ index' = 2",
    "Act ==\n  /\\ term' =\n  /\\ index' = 4",
    "Act ==\n  /\\ term' = IF index = 2 THEN 1 ELSE\n  /\\ index' = 4",
    "Act ==\n  /\\ term' = IF index > 3 THEN 1\n  /\\ index' = 2\n  ELSE 3",
    "Act ==\n  /\\ term' = IF index > 1\n  /\\ index' = 2\n  THEN 1 ELSE 0",
    "Act ==\n  /\\ term' = (index + 1\n  /\\ index' = 2)",
    "Act ==\n  /\\ term' = {\n  /\\ index' = 2\n  }",
    "Act == \\E n \\in Server { term' = n }",
    "Inv == term = 2 if index > 1 else 3",
    "Inv == term / 2 = 1",
    "Inv == \\E m \\in {1...3} : term = m",
    "Op(F) == F(3)",
    "Inv == term \\in {n for n in Server if n > 1}",
    "Inv == term = {\"a\" -> 2, \"b\" -> 4}",
    "Inv == \\E m \\in Server where m # 1 : m = term",
    "IN == 3\nInv == IN > 2",
    "SetTerm(term) == term' = term",
    "Act(state, v) == state' = [state EXCEPT ![v] = 1]",
    "Act == LET term == index + 1 IN term' = term",
    "Act == \\E log \\in Server : index' = log /\\ UNCHANGED <<term, log>>",
    "Act == \\E log \\in log : index' = log /\\ UNCHANGED log",
    "Act(state) == state[state] = index",
    "Inv == messages = {}\nAct == \\E m \\in messages & Server : messages' = messages \\ {m}",
    "Inv == messages = {}\nAct == messages' = messages || Server",
    "Inv == {m \\in Server : m > 1} & messages",
    "Inv == \\A i \\in 1..Len(log) : log[i.term = index",
    "Values == [from -> Server, amount -> Nat]\nInv == messages \\in Values",
    "Values == [from |-> Server, amount : Nat]\nInv == messages \\in Values",
    "Inv == messages \\cup voted \\ Server = {}",
    "Inv == \\A s \\in [1, 2] : s > 0",
    "Labels == [\"a\", \"b\"]\nInv == state \\in Labels",
    "Inv == log \\o [a |-> 1]>>",
    "Inv == \\A s \\in Server : len(Server) > 1",
    "Inv == Contains(Server, 1) /\\ term \\in Server",
    "Act(t) == state' = [state EXCEPT !t.from = 3, ![t.to] = 4]",
    "Inv == state = null /\\ voted = Nil",
    "Inv == not voted /\\ voted = Nil",
    "Inv == - term' = term + 1\n       - index' = 3",
    "Act == {\n  term' = 1;\n  index' = 2;\n}",
    "Inv ==\n  /\\ \\A r1 \\in Server : \\A r2 \\in Server : log[r1] = r2\n    /\\ \\A r1 \\in Server : \\A r2 \\in Server : log[r1] = log[r2] => r1 = r2",
    "Act(b) ==\n   /\\ ~ \\E m \\in messages : m = b\n    /\\ \\E m \\in messages : m # b\n    /\\ term' = b",
    "Act(i) ==\n  LET g == /\\ term = 1\n           /\\ index = 1\n   /\\ g\n   /\\ term' = 2\nNext(i) ==\n  /\\ term = 3\n  /\\ LET e == i\n     IN index' = e\n  /\\ term' = 2",
    "Inv == Len(log) <= term /\\ index = 1 => ~(term = 1))",
    "Inv == \\A s \\in Server : term = s) => index = 1",
    "Inv == ~term = 1 /\\ index = 2)",
    "Inv == 2 * term + 1) <= index",
    "Inv == \\E m \\in Server \\ voted} : log[m] = voted",
    "Inv == log \\in SeqNat",
    "Act(t) == log' = [log with t = 1]",
    "Inv == term = 1 => index = 2 /\\ term = 2 => index = 3",
    "Act == termm' = 1 /\\ UNCHANGED index",
    "Inv == term \\in Servr \\cup {Leadr}",
    "Act == /\\ term = Act\n       /\\ index' = 1",
    "Inv == if (term > 0) {1} else {2}",
    "Inv == if (term > 0) { index' = 1; term' = 2 } else { index' = 2 }",
    "Inv == if (term > 0) { index' = 1 }",
    "Spec == [][Next]_vars\nOther == [][Safe] index",
    "Inv == {index: Nat}",
    "Inv == \\A s \\in Server => index[s] = 1",
    "Inv == term = term++ + 1",
    "Inv == ((term > 0 \\/ (index > 0) /\\ state = 2)",
];

/// What it is and what it becomes.
const READ: &[(&str, &str)] = &[
    (
        "F(r1, r2) == \\A r1 \\in Server : \\A r2 \\in Server : log[r1] = r2",
        "F(r1, r2) == \\A r1_1 \\in Server : \\A r2_1 \\in Server : log[r1_1] = r2_1",
    ),
    (
        "Act(a) ==\n  /\\ term = 1\n  /\\ log' = {log EXCEPT ![a] = 3]\n  /\\ UNCHANGED <<index, voted>>",
        "Act(a) ==\n  /\\ term = 1\n  /\\ log' = [log EXCEPT ![a] = 3]\n  /\\ UNCHANGED <<index, voted>>",
    ),
    ("Inv == /\\ Len(log) == 2\n       /\\ term > 3", "Inv == /\\ Len(log) = 2\n       /\\ term > 3"),
    ("Inv == /\\ term > 1\n       /\\ Count(term) == 2", "Inv == /\\ term > 1\n       /\\ Count(term) = 2"),
    (
        "Inv == /\\ Head(log) == 2\n       /\\ Tail(log) == <<>>",
        "Inv == /\\ Head(log) = 2\n       /\\ Tail(log) = <<>>",
    ),
    ("N == 3\nInv == /\\ N == 3\n       /\\ term > 3", "N == 3\nInv == /\\ N = 3\n       /\\ term > 3"),
    ("F(m) == if Len(log) == 0 then 0 else log[m]", "F(m) == IF Len(log) = 0 THEN 0 ELSE log[m]"),
    ("Inv == term != 1 ==> !(index == 2)", "Inv == term # 1 => ~(index = 2)"),
    ("Inv == \\A s \\in Server : s == 1 => index == 2", "Inv == \\A s \\in Server : s = 1 => index = 2"),
    ("Act == log' = [log EXCEPT ![1] == 2]", "Act == log' = [log EXCEPT ![1] = 2]"),
    ("Act == /\\ term := index\n       /\\ index' = 2", "Act == /\\ term' = index\n       /\\ index' = 2"),
    ("Live == []<>term = 2\nOther == <>[]term # 3", "Live == []<>(term = 2)\nOther == <>[](term # 3)"),
    ("Inv == {[from => term, to => index]} = {}", "Inv == {[from |-> term, to |-> index]} = {}"),
    (
        "RECURSIVE F(n, k)\nF(n, k) == IF n = 0 THEN k ELSE F(n - 1, k)",
        "RECURSIVE F(_, _)\nF(n, k) == IF n = 0 THEN k ELSE F(n - 1, k)",
    ),
    ("Act == log' = [log WITH ![1] = 2]", "Act == log' = [log EXCEPT ![1] = 2]"),
    ("Inv == SubSeq(log; 1; 2) = {1; 2}", "Inv == SubSeq(log, 1, 2) = {1, 2}"),
    ("Inv == messages = set()", "Inv == messages = {}"),
    ("Inv == log = [\"a\": 1, \"b\": 2]", "Inv == log = [a |-> 1, b |-> 2]"),
    ("Inv == term \\in Natural /\\ state \\in Bool", "Inv == term \\in Nat /\\ state \\in BOOLEAN"),
    ("Act == IF term > 3 { term' = 1 } ELSE { term' = 2 }", "Act == IF term > 3 THEN term' = 1 ELSE term' = 2"),
    ("Inv == \\A s \\in server : term[s] = 0", "Inv == \\A s \\in Server : term[s] = 0"),
    ("Act(k) == term' = [term EXCEPT !k = 3]", "Act(k) == term' = [term EXCEPT ![k] = 3]"),
    ("Act(k) == term' = [term EXCEPT !k.x = 3]", "Act(k) == term' = [term EXCEPT ![k].x = 3]"),
    ("Inv == term - index % 3 - 1 = 0", "Inv == term - (index % 3) - 1 = 0"),
    ("Inv == term % 2 + 1 % 3 = 0", "Inv == (term % 2) + (1 % 3) = 0"),
    ("Op(F) == F(3)\nInv == Op(LAMBDA v : v) = 3", "Op(F(_)) == F(3)\nInv == Op(LAMBDA v : v) = 3"),
    ("Act(n) == log' = [log with [n] = @ + 1]", "Act(n) == log' = [log EXCEPT ![n] = @ + 1]"),
    ("Last(s) == s(Len(s))\nInv == Last(log) = 1", "Last(s) == s[Len(s)]\nInv == Last(log) = 1"),
];

#[test]
fn what_a_reader_would_not_expect_is_not_done() {
    for body in LEFT_ALONE {
        let fixed = fix(&source(&raft(body)), &NoLibrary);
        assert_eq!(fixed.text, raft(body));
    }
    for (before, after) in READ {
        let fixed = fix(&source(&raft(before)), &NoLibrary);
        assert_eq!((fixed.text, fixed.verdict), (raft(after), Verdict::Clean));
    }
    // Neither of two names that nobody declared is taken for the other.
    let twins = "Inv == term \\in Quorums /\\ \\A q \\in Quorumss : q = term";
    let fixed = fix(&source(&raft(twins)), &NoLibrary);
    assert_eq!(fixed.text, raft(twins));
}
