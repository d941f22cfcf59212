---- MODULE AnyTerm ----
EXTENDS Naturals
VARIABLE term

Init == term = 0
Advance == \E t \in Nat : t > term /\ term' = t
Restart == term' = 0
Next == Advance \/ Restart
Spec == Init /\ [][Next]_term
TypeOK == term \in Nat
====
