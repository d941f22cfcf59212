---- MODULE LivenessLoop ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = IF x = 0 THEN 1 ELSE 3 - x
Spec == Init /\ [][Next]_x /\ WF_x(Next)
Returns == []<>(x = 0)
====
