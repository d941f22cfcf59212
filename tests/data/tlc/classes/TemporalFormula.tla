---- MODULE TemporalFormula ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = 1 - x
Spec == Init /\ [][Next]_x
Odd == \E n \in Nat : <>(x = n)
====
