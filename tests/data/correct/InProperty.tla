---- MODULE InProperty ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == (x < 3 /\ x' = x + 1) \/ (x = 3 /\ UNCHANGED x)
Spec == Init /\ [][Next]_x
Below == \A n \in Nat : x <= n + 3
====
