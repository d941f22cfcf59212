------------------------------ MODULE Implied ------------------------------
\* An implication whose right side gives a variable its value: where the left side is false, nothing is said of it.
EXTENDS Naturals
VARIABLES x, y

Init == (x = 0 => y = 7) /\ y = 0
Start == x = 0 /\ (x = 0 => y \in {0, 1}) /\ (x > 0 => y = 9)
Table[n \in 0..3] == IF n = 0 THEN y' = 2 ELSE Table[n - 1]
Rows[n \in 1..3] == x' = n

Next ==
  /\ x < 3 => x' = x + 1
  /\ x = 3 => x' = 0
  /\ x' = 2 => y' = 1
  /\ x' # 2 => Table[2] \/ (y = 1 /\ y' = 0)
Partial == (x = 0 => x' = 1) /\ UNCHANGED y
Rowwise == x < 3 /\ Rows[x + 1] /\ UNCHANGED y
Late == (x' = 1 => y' = 1) /\ x' = 1

Free == ENABLED (x = 9 => x' = x + 1) /\ ~ENABLED (x \in 0..3 => x' \in {})
Small == x + y < 6
Zero == y # 2
=============================================================================
