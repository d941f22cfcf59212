---- MODULE Idle ----
EXTENDS Naturals
VARIABLES x, done

Init == x = 0 /\ done = FALSE

Up ==
    /\ x < 3
    /\ x' = x + 1
    /\ UNCHANGED done

\* Its second condition is never true.
Never ==
    /\ x >= 0
    /\ x > 9
    /\ done' = TRUE
    /\ UNCHANGED x

Stay == x = 3 /\ UNCHANGED <<x, done>>

Next == Up \/ Never \/ Stay

Small == x <= 3

\* Nothing is ever done, so what follows is never looked at.
DoneIsLarge == done => x > 9
====
