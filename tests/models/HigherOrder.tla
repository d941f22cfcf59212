---------------------------- MODULE HigherOrder ----------------------------
\* Operators that take operators, LAMBDA, LETs with operators, infix operators of one's own.
EXTENDS Integers, Sequences, FiniteSets
CONSTANTS Depth, Combine(_, _)
VARIABLES items, trail

Fold(Op(_, _), base, s) ==
  LET RECURSIVE Go(_, _)
      Go(i, sofar) == IF i > Len(s) THEN sofar ELSE Go(i + 1, Op(sofar, s[i]))
  IN Go(1, base)
Map(F(_), s) == [i \in DOMAIN s |-> F(s[i])]
Filter(P(_), s) == SelectSeq(s, P)
Twice(F(_), x) == F(F(x))
x (+) y == (x + y) % 7
Plus(x, y) == x (+) y
Times(x, y) == (x * y) % 7
Apply(Op(_, _), x) == LET Double(y) == Op(y, y)
                          Quad == Twice(Double, x)
                      IN <<Double(x), Quad>>

Init == items = <<1>> /\ trail = {}
Grow == \E n \in {2, 3, 5} : items' = Append(items, Combine(items[Len(items)], n))
Change == items' = Map(LAMBDA x : Combine(x, Fold(Combine, 1, items)), items)
Keep == items' = Filter(LAMBDA x : x % 2 = 1 \/ Len(items) = 1, items)
Next ==
  /\ Len(items) <= Depth
  /\ Grow \/ Change \/ Keep
  /\ items' # << >>
  /\ trail' = trail \cup {Apply(Combine, items'[1])}
Spec == Init /\ [][Next]_<<items, trail>>

Small == \A i \in DOMAIN items : items[i] \in 0..6
Pairs == \A p \in trail : Len(p) = 2 /\ p[1] \in 0..6
Few == Cardinality(trail) < 4
=============================================================================
