---- MODULE OutsideDomain ----
EXTENDS Naturals
VARIABLE x

Init == x = [n \in 1..2 |-> n + 1]
Next == x' = [x EXCEPT ![1] = x[x[2]]]
====
