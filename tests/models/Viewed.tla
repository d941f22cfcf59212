------------------------------- MODULE Viewed -------------------------------
\* A clock that grows without end, and that the view leaves out.
EXTENDS Naturals
CONSTANT Size
VARIABLES ticks, cells, last

Init == ticks = 0 /\ cells = [i \in 1..Size |-> 0] /\ last = "none"
Flip == \E i \in 1..Size :
  /\ cells' = [cells EXCEPT ![i] = (@ + 1) % 3]
  /\ last' = IF cells[i] = 2 THEN "wrapped" ELSE "raised"
  /\ ticks' = ticks + 1
Spec == Init /\ [][Flip]_<<ticks, cells, last>>

Cells == cells
Both == <<cells, last>>
InRange == \A i \in 1..Size : cells[i] \in 0..2
Early == ticks < 7
=============================================================================
