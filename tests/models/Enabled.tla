------------------------------ MODULE Enabled ------------------------------
\* ENABLED in invariants, of actions with arguments and of nested ones.
EXTENDS Naturals
CONSTANTS Cap, Gates
VARIABLES water, open

vars == <<water, open>>
Init == water = 0 /\ open = {}
Rain(n) == water + n <= Cap /\ water' = water + n /\ UNCHANGED open
Drain(g) == g \in open /\ water > 0 /\ water' = water - 1 /\ UNCHANGED open
Lift(g) == g \notin open /\ water > 1 /\ open' = open \cup {g} /\ UNCHANGED water
Lower(g) == g \in open /\ open' = open \ {g} /\ UNCHANGED water
Next == (\E n \in 1..2 : Rain(n)) \/ \E g \in Gates : Drain(g) \/ Lift(g) \/ Lower(g)
Spec == Init /\ [][Next]_vars

Live == ENABLED Next
Both == \A g \in Gates : (ENABLED Lift(g) => ~ENABLED Lower(g)) /\ (ENABLED Drain(g) => ENABLED <<Drain(g)>>_water)
Hidden == ENABLED (\E w \in 0..Cap : water' = w /\ open' = open /\ w # water)
Full == water = Cap => ENABLED (\E g \in Gates : Lower(g))
=============================================================================
