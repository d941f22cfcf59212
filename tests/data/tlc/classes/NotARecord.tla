---- MODULE NotARecord ----
EXTENDS Naturals
VARIABLE x

Init == x = 3
Next == x' = x.term
====
