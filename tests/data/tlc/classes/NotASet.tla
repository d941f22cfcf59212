---- MODULE NotASet ----
EXTENDS Naturals
VARIABLE x

Init == x = 3
Next == \E n \in x : x' = n
====
