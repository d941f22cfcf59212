---- MODULE MemberOfNumber ----
EXTENDS Naturals
VARIABLE x

Init == x = 3
Next == 1 \in x /\ x' = 4
====
