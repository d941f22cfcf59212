------------------------------ MODULE Peterson ------------------------------
\* Peterson's algorithm for two processes. Polite = FALSE leaves out that a process lets the other go first.
EXTENDS Naturals
CONSTANT Polite
VARIABLES pc, wants, turn

vars == <<pc, wants, turn>>
Processes == {0, 1}
Other(p) == 1 - p

Init ==
  /\ pc = [p \in Processes |-> "rest"]
  /\ wants = [p \in Processes |-> FALSE]
  /\ turn \in Processes

Jump(p, from, to) ==
  /\ pc[p] = from
  /\ pc' = [pc EXCEPT ![p] = to]

Raise(p) ==
  /\ Jump(p, "rest", "flagged")
  /\ wants' = [wants EXCEPT ![p] = TRUE]
  /\ UNCHANGED turn

Yield(p) ==
  /\ Jump(p, "flagged", "waiting")
  /\ turn' = IF Polite THEN Other(p) ELSE turn
  /\ UNCHANGED wants

Enter(p) ==
  /\ ~wants[Other(p)] \/ turn = p
  /\ Jump(p, "waiting", "critical")
  /\ UNCHANGED <<wants, turn>>

Leave(p) ==
  /\ Jump(p, "critical", "rest")
  /\ wants' = [wants EXCEPT ![p] = FALSE]
  /\ UNCHANGED turn

Next == \E p \in Processes : Raise(p) \/ Yield(p) \/ Enter(p) \/ Leave(p)
Spec == Init /\ [][Next]_vars

TypeOK ==
  /\ pc \in [Processes -> {"rest", "flagged", "waiting", "critical"}]
  /\ wants \in [Processes -> BOOLEAN]
  /\ turn \in Processes
Exclusion == \A p, q \in Processes : p # q => ~(pc[p] = "critical" /\ pc[q] = "critical")
=============================================================================
