---- MODULE SuccessorIncomplete ----
EXTENDS Naturals
VARIABLE x, y

Init == x = 0 /\ y = 0
Up ==
    \/ x < 1 /\ x' = x + 1 /\ UNCHANGED y
    \/ x = 1 /\ x' = 0
Next == Up
====
