------------------------------ MODULE Replaced ------------------------------
\* Constants, operators and definitions of this module to which the config gives another meaning, also through one another.
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS Weight(_), Blend(_, _), None, Kinds
VARIABLES held, past

Numbers == 0..4
Colours == {"red"}
More == {"red", "blue"}
Any(S) == UNION {[1..n -> S] : n \in 0..1}
Short(S) == UNION {[1..n -> S] : n \in 0..3}
Rank(c) == 0
Place(c) == IF c = "red" THEN 1 ELSE 2
Double(n) == 2 * n
Square(n) == n * n
Mixed(m, n) == (m + n) % 5
Larger(m, n) == IF m > n THEN m ELSE n
Start == None
Begun == 2
Nothing == CHOOSE n : n \notin Nat
Absent == None
Limits == [least |-> 0, most |-> 4]
Wider == [least |-> 0, most |-> 20]
Limit == Limits.most

Init == held \in Numbers /\ past = <<>> /\ (Start # None => held = Start)
Take == \E c \in Colours, n \in Numbers :
  /\ Append(past, c) \in Any(Colours)
  /\ held' = Blend(held, Weight(n) + Rank(c))
  /\ past' = Append(past, c)
Clear == past # <<>> /\ held > 0 /\ past' = <<>> /\ UNCHANGED held
Next == Take \/ Clear
Spec == Init /\ [][Next]_<<held, past>>

Typed == held \in Numbers /\ past \in Any(Colours) /\ Cardinality(Kinds) = 3
Unlike == Nothing \notin {held, Len(past)} /\ held <= Limit
=============================================================================
