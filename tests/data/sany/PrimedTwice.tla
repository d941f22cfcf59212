---- MODULE PrimedTwice ----
VARIABLE x
Next == (x')' = 1
CONSTANT N
ASSUME x = N
====
