---- MODULE Eval ----
EXTENDS Naturals, Sequences, TLC
VARIABLE x
Init == x = 0
Pick(s) == s[4]
Next == x' = x + Pick(<<1, 2>>)
Guard == Assert(x = 0, "x left zero") /\ x' = x + 1
Half == x' = x + 1 \/ (x = 1 /\ x' = "a" + 1)
Grow == x' = x + 1
Ok == TRUE
====
