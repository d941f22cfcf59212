------------------------------- MODULE Gossip -------------------------------
\* Everybody knows a secret; in a call both learn what the other knows. How few calls are enough?
EXTENDS Naturals
CONSTANTS People, MaxCalls
VARIABLES knows, calls

vars == <<knows, calls>>
Init == knows = [p \in People |-> {p}] /\ calls = 0
Call(p, q) ==
  LET both == knows[p] \union knows[q]
  IN knows' = [knows EXCEPT ![p] = both, ![q] = both]
Next == \E <<p, q>> \in People \X People :
  /\ p < q
  /\ calls < MaxCalls
  /\ Call(p, q)
  /\ calls' = calls + 1
Spec == Init /\ [][Next]_vars

Done == \A p \in People : knows[p] = People
NotDone == ~Done
Grows == [][\A p \in People : knows[p] \subseteq knows'[p]]_knows
=============================================================================
