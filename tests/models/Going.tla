------------------------------- MODULE Going -------------------------------
\* Properties of behaviours that go on as long as they can: the specification is fair to its next-state relation.
EXTENDS Naturals
CONSTANT Limit
VARIABLES stage, alarm
vars == <<stage, alarm>>

Init == stage = 0 /\ alarm \in BOOLEAN
Go == stage < Limit /\ stage' = stage + 1 /\ UNCHANGED alarm
Ring == stage > 2 /\ ~alarm /\ alarm' = TRUE /\ UNCHANGED stage
Hush == stage > 3 /\ alarm /\ alarm' = FALSE /\ UNCHANGED stage
Rest == stage = Limit /\ UNCHANGED vars
Next == Go \/ Ring \/ Hush \/ Rest

Spec == Init /\ [][Next]_vars /\ WF_vars(Next)
Strong == Init /\ [][Next]_vars /\ SF_<<alarm, stage>>(Next)
Steps == Init /\ [][Go \/ Ring \/ Rest]_vars /\ WF_vars(Go \/ Ring \/ Rest)

Comes == <>(stage = 3)
Rings == <>alarm
Stays == <>(stage = Limit)
Leads == (stage = 1) ~> (stage = 3)
Answered == (stage = 2 /\ ~alarm) ~> alarm
Hushed == alarm ~> ~alarm
After == [](stage = 3 => <>(stage > 3))
Forwards == [][stage' >= stage]_vars
=============================================================================
