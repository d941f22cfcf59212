------------------------------ MODULE Halfway ------------------------------
\* Of the successors of one state some violate something and others have no value: each is judged as it is made.
EXTENDS Naturals
VARIABLES x, y

vars == <<x, y>>
Init == x = 0 /\ y = 0
Step == x < 4 /\ x' = x + 1 /\ UNCHANGED y
Far == x = 2 /\ x' = 9 /\ y' = 0
Fails == x = 2 /\ y' = 1 + "one" /\ x' = 2
Leaves == x = 2 /\ x' = 7
Ends == x = 2 /\ x' = 3 /\ y' = 3

FarFirst == Step \/ Far \/ Fails
FailsFirst == Step \/ Fails \/ Far
FarThenLeaves == Far \/ Leaves \/ Step
LeavesFirst == Leaves \/ Far \/ Step
BackThenFails == Step \/ Ends \/ Fails
Several == (x = 9 /\ y = 0) \/ (x = 1 + "one" /\ y = 0)
SeveralFail == (x = 0 /\ y = 0) \/ (x = 1 + "one" /\ y = 0) \/ (x = 9 /\ y = 0)

Near == x < 5
Low == [][y' < 3]_vars
=============================================================================
