---- MODULE ReadBeforeAssigned ----
EXTENDS Naturals
VARIABLE x, y

Init == x = 0 /\ y = 0
Next == y' = x' + 1 /\ x' = 1
====
