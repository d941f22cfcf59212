---- MODULE InitialIncomplete ----
EXTENDS Naturals
VARIABLE x, y

Init == x = 0
Next == x' = x /\ UNCHANGED y
====
