---- MODULE Assertion ----
EXTENDS Naturals, TLC
VARIABLE x

Init == x = 0
Next == Assert(x < 2, "x is small") /\ x' = x + 1
====
