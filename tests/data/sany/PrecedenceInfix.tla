---- MODULE PrecedenceInfix ----
A == 1 = 2 = 3
====
