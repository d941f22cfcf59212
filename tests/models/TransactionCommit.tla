------------------------- MODULE TransactionCommit -------------------------
\* What a commit protocol is to do, whatever the messages.
CONSTANT Participants
VARIABLE outcome

Init == outcome = [p \in Participants |-> "working"]
CanCommit == \A p \in Participants : outcome[p] \in {"prepared", "committed"}
NoneCommitted == \A p \in Participants : outcome[p] # "committed"

Prepare(p) == outcome[p] = "working" /\ outcome' = [outcome EXCEPT ![p] = "prepared"]
Decide(p) ==
  \/ outcome[p] = "prepared" /\ CanCommit /\ outcome' = [outcome EXCEPT ![p] = "committed"]
  \/ outcome[p] \in {"working", "prepared"} /\ NoneCommitted /\ outcome' = [outcome EXCEPT ![p] = "aborted"]

Next == \E p \in Participants : Prepare(p) \/ Decide(p)
Spec == Init /\ [][Next]_outcome

Consistent == \A p, q \in Participants : ~(outcome[p] = "aborted" /\ outcome[q] = "committed")
=============================================================================
