---- MODULE UnknownModule ----
EXTENDS Naturals, Community
VARIABLE x

Init == x = 0
Next == x' = x
====
