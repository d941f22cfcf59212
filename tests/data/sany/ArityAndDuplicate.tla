---- MODULE ArityAndDuplicate ----
EXTENDS Naturals
F(a, b) == a + b
Init == F(1)
Init == F(1, 2)
Next == Init + F(1, 2, 3)
====
