---- MODULE Incomparable ----
EXTENDS Naturals
VARIABLE leader

Init == leader = 0
Elect == leader = "none" /\ leader' = 1
Next == Elect
Spec == Init /\ [][Next]_leader
Known == leader <= 1
====
