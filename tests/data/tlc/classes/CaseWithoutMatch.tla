---- MODULE CaseWithoutMatch ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = CASE x = 1 -> 2 [] x = 2 -> 3
====
