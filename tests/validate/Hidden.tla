---- MODULE Hidden ----
\* Two numbers; Read is logged with what x is, Set without a state, the other steps not at all.
EXTENDS Naturals

VARIABLES x, y

Init == x = 0 /\ y = 0

Read == UNCHANGED <<x, y>>

Look == UNCHANGED <<x, y>>

Set == x' = y /\ y' = 0

Raise(by) == x' = x + by /\ UNCHANGED y

Flip == y = 0 /\ y' = 1 /\ UNCHANGED x

\* First leads from 0 to 1 and from there to 10, Other only from 0 to 1.
First == x \in {0, 1} /\ x' = (IF x = 0 THEN 1 ELSE 10) /\ UNCHANGED y

Other == x = 0 /\ x' = 1 /\ UNCHANGED y

\* Has no value where x is not 0.
Broken == x' = 1 \div (IF x = 0 THEN 1 ELSE 0) /\ UNCHANGED y

Next == Read \/ Look \/ Set \/ Raise(1) \/ Flip \/ First \/ Other
====
