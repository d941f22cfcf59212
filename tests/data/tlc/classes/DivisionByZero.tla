---- MODULE DivisionByZero ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = 1 \div x
====
