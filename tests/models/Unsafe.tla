------------------------------- MODULE Unsafe -------------------------------
\* One mistake of evaluation for each value of Kind, some steps after the start.
EXTENDS Integers, Sequences, FiniteSets, TLC
CONSTANTS Kind, Red, Green
VARIABLES x, s, r

vars == <<x, s, r>>
Init == x = 0 /\ s = <<>> /\ r = [a |-> 1, b |-> "two"]

Find(n) == CHOOSE m \in 1..5 : m > n
Name(n) == CASE n = 0 -> "none" [] n = 1 -> "one" [] n = 2 -> "two" [] n = 3 -> "three"
Colour(n) == IF n < 4 THEN Red ELSE Green
RECURSIVE Power(_, _)
Power(b, n) == IF n = 0 THEN 1 ELSE b * Power(b, n - 1)
Table == [n \in 0..4 |-> n * n]

Grows == x' = x + 1 /\ s' = Append(s, x)
Wrong ==
  CASE Kind = "domain" -> r' = [r EXCEPT !.a = Table[x]]
    [] Kind = "choose" -> r' = [r EXCEPT !.a = Find(x)]
    [] Kind = "case" -> r' = [r EXCEPT !.b = Name(x)]
    [] Kind = "head" -> r' = [r EXCEPT !.a = Head(IF x > 3 THEN <<>> ELSE <<x>>)]
    [] Kind = "tail" -> r' = [r EXCEPT !.a = Len(Tail(IF x > 3 THEN <<>> ELSE Append(s, x)))]
    [] Kind = "field" -> r' = [r EXCEPT !.a = IF x > 3 THEN r.c ELSE r.a]
    [] Kind = "overflow" -> r' = [r EXCEPT !.a = Power(20, x + 3)]
    [] Kind = "power" -> r' = [r EXCEPT !.a = 2 ^ (8 * x)]
    [] Kind = "divide" -> r' = [r EXCEPT !.a = 100 \div (4 - x)]
    [] Kind = "compare" -> r' = [r EXCEPT !.a = IF x > 3 /\ r.a = r.b THEN 2 ELSE 1]
    [] Kind = "order" -> r' = [r EXCEPT !.a = IF x > 3 /\ r.b > 1 THEN 2 ELSE 1]
    [] Kind = "infinite" -> r' = [r EXCEPT !.a = IF x > 3 THEN Cardinality({n \in Nat : n < x}) ELSE 1]
    [] Kind = "exists" -> IF x > 3 THEN \E n \in Int : n > x /\ r' = [r EXCEPT !.a = n] ELSE UNCHANGED r
    [] Kind = "boolean" -> (IF x > 3 THEN x ELSE TRUE) /\ UNCHANGED r
    [] Kind = "add" -> r' = [r EXCEPT !.a = IF x > 3 THEN 1 + r.b ELSE 1]
    [] Kind = "apply" -> r' = [r EXCEPT !.a = IF x > 3 THEN x[1] ELSE 1]
    [] Kind = "length" -> r' = [r EXCEPT !.a = IF x > 3 THEN Len(r) ELSE 1]
    [] Kind = "member" -> r' = [r EXCEPT !.a = IF x > 3 /\ x \in x THEN 2 ELSE 1]
    [] Kind = "union" -> r' = [r EXCEPT !.a = Cardinality(UNION {{1}, {x}, IF x > 3 THEN x ELSE {2}})]
    [] Kind = "assert" -> Assert(x < 4, "x has grown") /\ UNCHANGED r
    [] Kind = "unassigned" -> IF x < 4 THEN UNCHANGED r ELSE x' > 0
    [] Kind = "mixed" -> r' = [r EXCEPT !.a = Cardinality({1, IF x > 3 THEN "one" ELSE 2})]
    [] Kind = "nested" -> r' = [r EXCEPT !.a = LET F(n) == Table[n + 1] IN F(x)]
    [] Kind = "sequence" -> r' = [r EXCEPT !.a = (<<1, 2>> \o s)[IF x > 3 THEN 8 ELSE 2]]
    [] Kind = "model" -> r' = [r EXCEPT !.a = IF Colour(x) = Red THEN 1 ELSE Colour(x) + 1]
    [] Kind = "subset" -> r' = [r EXCEPT !.a = IF x > 3 /\ s \subseteq {1} THEN 1 ELSE 2]
    [] Kind = "part" -> r' = [r EXCEPT !.a = Len(SubSeq(s, 1, IF x > 3 THEN 6 ELSE x))]
    [] Kind = "none" -> UNCHANGED r

Next == x < 6 /\ Grows /\ Wrong
Spec == Init /\ [][Next]_vars
Growing == \A i \in 1..Len(s) : s[i] = i - 1
FirstFour == \A i \in 1..x : i \in DOMAIN Table
Squares == Table[x] = x * x
=============================================================================
