---- MODULE NoNil ----
CONSTANTS Node, Nil
VARIABLE leader

Init == leader = Nil
Elect(n) == leader = Nil /\ leader' = n
Resign == leader # Nil /\ leader' = Nil
Next == (\E n \in Node : Elect(n)) \/ Resign
Spec == Init /\ [][Next]_leader
Known == leader \in Node \cup {Nil}
====
