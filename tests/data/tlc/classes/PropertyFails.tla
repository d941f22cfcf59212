---- MODULE PropertyFails ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = (x + 1) % 3
Spec == Init /\ [][Next]_x
Steps == [][<<1>>[x'] > 0]_x
====
