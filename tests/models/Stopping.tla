------------------------------ MODULE Stopping ------------------------------
\* Properties of behaviours that may stop at any time, as the specification has no fairness.
EXTENDS Naturals
VARIABLES stage, alarm

Init == stage = 0 /\ alarm = FALSE
Go == stage < 5 /\ stage' = stage + 1 /\ UNCHANGED alarm
Ring == stage > 2 /\ ~alarm /\ alarm' = TRUE /\ UNCHANGED stage
Hush == alarm /\ alarm' = FALSE /\ UNCHANGED stage
Next == Go \/ Ring \/ Hush
Spec == Init /\ [][Next]_<<stage, alarm>>

Starts == stage = 0 /\ [][stage' \in {stage, stage + 1}]_stage
Forwards == [][stage' > stage]_stage
AtOnce == <>(stage < 1)
Always == [](alarm => stage > 2)
OnceRung == [](alarm => [](stage > 2))
Quiet == [](~alarm => [](~alarm))
Comes == <>(stage = 5)
Answered == (stage = 4) ~> (stage >= 4)
Silenced == alarm ~> ~alarm
NeverFour == [](stage < 4)
=============================================================================
