---- MODULE ChooseNothing ----
EXTENDS Naturals
VARIABLE x

Init == x = {}
Next == x' = {CHOOSE n \in x : n > 0}
====
