---- MODULE Assume ----
EXTENDS Naturals
ASSUME 1 = 2
VARIABLE x
Init == x = 0
Next == x' = x
Ok == TRUE
====
