------------------------------ MODULE Partial ------------------------------
\* States of which a part is not said, at the start or in a step, or that are said twice; what is read before it is said.
EXTENDS Naturals
CONSTANTS Where
VARIABLES a, b, c

vars == <<a, b, c>>
Init ==
  /\ a \in {0, 1}
  /\ CASE Where = "read" -> c > 0 /\ b = 0
       [] Where = "part" -> b = 0 /\ (IF a = 0 THEN c = 0 ELSE TRUE)
       [] Where = "twice" -> b = 0 /\ c \in {0, 1, 2} /\ c = a /\ b = c
       [] OTHER -> c = a /\ b \in {c, 1 - c}
Step ==
  /\ IF a = 2 THEN b' \in {0, 1} ELSE b' = b
  /\ a' = IF b' = 0 THEN (a + 1) % 3 ELSE a
  /\ \/ c' = a' /\ Where # "none"
     \/ a > 0 /\ c' \in {b, c} /\ c' # a
     \/ Where = "some" /\ a = 2 /\ b = 1
Again == a = 2 /\ UNCHANGED <<a, c>> /\ a' = 2 /\ b' = 1 - b /\ b' \in {0, 1} /\ c' = c
Next == Step \/ Again
Spec == Init /\ [][Next]_vars

Typed == a \in 0..2 /\ {b, c} \subseteq 0..2
Small == c < 2 \/ b = 0
=============================================================================
