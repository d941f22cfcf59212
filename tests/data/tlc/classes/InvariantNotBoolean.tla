---- MODULE InvariantNotBoolean ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = 1 - x
Value == x + 1
====
