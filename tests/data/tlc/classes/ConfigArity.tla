---- MODULE ConfigArity ----
EXTENDS Naturals
CONSTANT F(_)
VARIABLE x

Init == x = F(1)
Next == x' = x
mc_F(a, b) == a + b
====
