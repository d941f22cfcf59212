--------------------------- MODULE SortingNetwork ---------------------------
\* By the principle of zeros and ones a network sorts everything if it sorts these.
EXTENDS Naturals, Sequences
CONSTANTS Width, Network
VARIABLES wires, step

Right == << <<1, 2>>, <<3, 4>>, <<1, 3>>, <<2, 4>>, <<2, 3>> >>
Wrong == << <<1, 2>>, <<3, 4>>, <<1, 3>>, <<2, 4>> >>

Init == wires \in [1..Width -> {0, 1}] /\ step = 0
Compare ==
  /\ step < Len(Network)
  /\ step' = step + 1
  /\ LET i == Network[step'][1]
         j == Network[step'][2]
     IN wires' = IF wires[i] > wires[j] THEN [wires EXCEPT ![i] = wires[j], ![j] = wires[i]] ELSE wires
Spec == Init /\ [][Compare]_<<wires, step>>

SortsAtEnd == step = Len(Network) => \A i \in 1..Width - 1 : wires[i] <= wires[i + 1]
=============================================================================
