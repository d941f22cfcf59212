---- MODULE InForIn ----
EXTENDS Naturals
VARIABLE x
Next == \E i in 1..3 : x' = i
====
