---- MODULE Assumption ----
EXTENDS Naturals
CONSTANT N
VARIABLE x

ASSUME N > 2
Init == x = 0
Next == x' = x
====
