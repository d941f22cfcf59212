---- MODULE ExceptOutside ----
EXTENDS Naturals
VARIABLE x

Init == x = [n \in 1..2 |-> 0]
Next == x' = [x EXCEPT ![3] = 1]
====
