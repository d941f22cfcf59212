------------------------------ MODULE TriColour ------------------------------
\* A collector marks while the program changes the graph. Barrier = FALSE: no barrier on writes, and a live node is freed.
EXTENDS Naturals
CONSTANTS Nodes, Root, Barrier
VARIABLES edges, colour, phase

vars == <<edges, colour, phase>>
Roots == {Root}

RECURSIVE Closure(_, _)
Closure(S, E) ==
  LET more == {n \in Nodes : \E m \in S : <<m, n>> \in E} \ S
  IN IF more = {} THEN S ELSE Closure(S \cup more, E)
Live == Closure(Roots, edges)

Init ==
  /\ edges \in {E \in SUBSET ({Root} \X Nodes) : <<Root, Root>> \notin E}
  /\ colour = [n \in Nodes |-> IF n = Root THEN "grey" ELSE "white"]
  /\ phase = "mark"

Link == \E <<m, n>> \in Live \X Live :
  /\ <<m, n>> \notin edges
  /\ edges' = edges \cup {<<m, n>>}
  /\ colour' = IF Barrier /\ colour[n] = "white" THEN [colour EXCEPT ![n] = "grey"] ELSE colour
  /\ UNCHANGED phase
Unlink == \E e \in edges : edges' = edges \ {e} /\ UNCHANGED <<colour, phase>>
Scan == \E n \in Nodes :
  /\ phase = "mark"
  /\ colour[n] = "grey"
  /\ colour' = [m \in Nodes |-> IF m = n THEN "black"
                               ELSE IF <<n, m>> \in edges /\ colour[m] = "white" THEN "grey" ELSE colour[m]]
  /\ UNCHANGED <<edges, phase>>
Sweep ==
  /\ phase = "mark"
  /\ \A n \in Nodes : colour[n] # "grey"
  /\ phase' = "sweep"
  /\ UNCHANGED <<edges, colour>>
Finish == phase = "sweep" /\ phase' = "mark" /\ UNCHANGED edges
  /\ colour' = [n \in Nodes |-> IF n \in Roots THEN "grey" ELSE "white"]

Next == (phase = "mark" /\ (Link \/ Unlink)) \/ Scan \/ Sweep \/ Finish
Spec == Init /\ [][Next]_vars

NothingLiveIsFreed == phase = "sweep" => \A n \in Live : colour[n] = "black"
=============================================================================
