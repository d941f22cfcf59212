---------------------------- MODULE Constraints ----------------------------
\* A walk on a grid that constraints of states and steps keep within bounds.
EXTENDS Integers
VARIABLES x, y

Init == x = 0 /\ y = 0
Next ==
  \/ x' \in {x - 1, x + 1} /\ y' = y
  \/ y' \in {y - 1, y + 1} /\ UNCHANGED x
Spec == Init /\ [][Next]_<<x, y>>

Near == x * x + y * y <= 50
Outwards == x' * x' + y' * y' >= x * x + y * y
Upwards == y' >= y
Edge == x * x + y * y <= 65
Inside == x * x + y * y <= 50
Steps == [][(x' - x) * (x' - x) + (y' - y) * (y' - y) = 1]_<<x, y>>
=============================================================================
