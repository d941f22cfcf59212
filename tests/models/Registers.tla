------------------------------ MODULE Registers ------------------------------
\* What the config overrides: a set, an operator with arguments, an operator of a standard module.
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS Keys, Values, NoValue
VARIABLES store, clock

Time == Nat
FewTimes == 0..4
Cost(k, v) == 1
CostOfTwo(k, v) == IF v = NoValue THEN 0 ELSE 2
Store == [Keys -> Values \cup {NoValue}]

Init == store = [k \in Keys |-> NoValue] /\ clock = 0
Set(k, v) ==
  /\ store' = (k :> v) @@ store
  /\ clock + Cost(k, v) \in Time
  /\ clock' = clock + Cost(k, v)
Next == \E k \in Keys, v \in Values \cup {NoValue} : Set(k, v)
Spec == Init /\ [][Next]_<<store, clock>>

TypeOK == store \in Store /\ clock \in Nat
Even == clock % 2 = 0
Symmetric == Cardinality(Permutations(Values)) \in {1, 2, 6}
=============================================================================
