---------------------------- MODULE RaftElection ----------------------------
\* Raft's elections without logs. Forgetful = TRUE: a node that restarts has forgotten for whom it voted.
EXTENDS Naturals, FiniteSets
CONSTANTS Nodes, MaxTerm, Forgetful, Nobody
VARIABLES term, role, vote, granted

vars == <<term, role, vote, granted>>

Init ==
  /\ term = [n \in Nodes |-> 0]
  /\ role = [n \in Nodes |-> "follower"]
  /\ vote = [n \in Nodes |-> Nobody]
  /\ granted = [n \in Nodes |-> {}]

Stand(n) ==
  /\ role[n] \in {"follower", "candidate"}
  /\ term[n] < MaxTerm
  /\ term' = [term EXCEPT ![n] = @ + 1]
  /\ role' = [role EXCEPT ![n] = "candidate"]
  /\ vote' = [vote EXCEPT ![n] = n]
  /\ granted' = [granted EXCEPT ![n] = {n}]

\* The candidate asks and is answered in one step.
Grant(n, c) ==
  /\ n # c
  /\ role[c] = "candidate"
  /\ \/ term[c] > term[n]
     \/ term[c] = term[n] /\ vote[n] \in {Nobody, c} /\ role[n] = "follower"
  /\ term' = [term EXCEPT ![n] = term[c]]
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ vote' = [vote EXCEPT ![n] = c]
  /\ granted' = [granted EXCEPT ![c] = @ \cup {n}, ![n] = {}]

Win(n) ==
  /\ role[n] = "candidate"
  /\ 2 * Cardinality(granted[n]) > Cardinality(Nodes)
  /\ role' = [role EXCEPT ![n] = "leader"]
  /\ UNCHANGED <<term, vote, granted>>

StepDown(n, m) ==
  /\ term[m] > term[n]
  /\ term' = [term EXCEPT ![n] = term[m]]
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ vote' = [vote EXCEPT ![n] = Nobody]
  /\ granted' = [granted EXCEPT ![n] = {}]

Restart(n) ==
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ granted' = [granted EXCEPT ![n] = {}]
  /\ vote' = IF Forgetful THEN [vote EXCEPT ![n] = Nobody] ELSE vote
  /\ UNCHANGED term

Next ==
  \/ \E n \in Nodes : Stand(n) \/ Win(n) \/ Restart(n)
  \/ \E n, m \in Nodes : Grant(n, m) \/ StepDown(n, m)
Spec == Init /\ [][Next]_vars

Leaders(t) == {n \in Nodes : role[n] = "leader" /\ term[n] = t}
OneLeader == \A t \in 1..MaxTerm : Cardinality(Leaders(t)) <= 1
TermsGrow == [][\A n \in Nodes : term'[n] >= term[n]]_term
=============================================================================
