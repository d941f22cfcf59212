---- MODULE Overflow ----
EXTENDS Naturals
VARIABLE x

Init == x = 2000000000
Next == x' = x + x
====
