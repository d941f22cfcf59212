------------------------------ MODULE Choices ------------------------------
\* What CHOOSE takes depends on the order of values: of numbers, strings, sets, tuples, records, functions and model values.
EXTENDS Integers, Sequences, FiniteSets, TLC
CONSTANTS Pens, Kind
VARIABLES left, chosen

Numbers == {3, -2, 10, 0}
Words == {"zebra", "apple", "left", "Len", "Numbers", "pear"}
Sets == {{3}, {1, 2}, {}, {2}, {1, 2, 3}}
Tuples == {<<2>>, <<1, 9>>, <<1, 2>>, <<>>, <<2, 1>>}
Records == {[b |-> 1, a |-> 2], [a |-> 1, b |-> 2], [c |-> 0], [a |-> 1, b |-> 1]}
Functions == [{"x", "y"} -> {0, 1}]
Start ==
  CASE Kind = "numbers" -> Numbers
    [] Kind = "words" -> Words
    [] Kind = "sets" -> Sets
    [] Kind = "tuples" -> Tuples
    [] Kind = "records" -> Records
    [] Kind = "functions" -> Functions
    [] Kind = "pens" -> Pens
    [] Kind = "subsets" -> SUBSET Pens
    [] Kind = "pairs" -> Pens \X {FALSE, TRUE}
    [] Kind = "fields" -> [pen : Pens, size : {2, 1}]
First(S) == CHOOSE e \in S : TRUE
Second(S) == LET f == First(S) IN CHOOSE e \in S : e # f

Init == left = Start /\ chosen = <<>>
Take == Cardinality(left) > 1 /\ left' = left \ {First(left)} /\ chosen' = Append(chosen, First(left))
Other == Len(chosen) < 2 /\ Cardinality(left) > 1 /\ left' = left \ {Second(left)} /\ chosen' = Append(chosen, Second(left))
Next == Take \/ Other
Spec == Init /\ [][Next]_<<left, chosen>>

Apart == \A i \in DOMAIN chosen : chosen[i] \notin left
Increasing == \A i, j \in DOMAIN chosen : i < j => chosen[i] < chosen[j]
Shorter == \A i \in 3..Len(chosen) - 1 : Len(chosen[i]) <= Len(chosen[i + 1])
Last == Cardinality(left) = 1 => left # {"pear"}
=============================================================================
