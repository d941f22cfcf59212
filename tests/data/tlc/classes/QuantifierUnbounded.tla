---- MODULE QuantifierUnbounded ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == \E n : x' = n
====
