---- MODULE Parts ----
EXTENDS Naturals
VARIABLES x, done
Init == x = 0 /\ done = FALSE
Up(i) == /\ x < 3
         /\ x' = x + i
         /\ UNCHANGED done
Never(i) ==
    /\ x > 9
    /\ done' = TRUE
    /\ UNCHANGED x
Other == x > 20 /\ UNCHANGED <<x, done>>
Next == \/ \E i \in 1..1 : Up(i) \/ Never(i)
        \/ /\ x > 10
           /\ Other
        \/ x = 3 /\ UNCHANGED <<x, done>>
        \/ \E i \in {y \in 1..3 : y > x + 7} : Up(i)
Small == x <= 3
====
