----------------------------- MODULE WriteSkew -----------------------------
\* Two doctors on call: under snapshot isolation both may leave; a serialisable store aborts one of them.
EXTENDS Naturals, FiniteSets
CONSTANTS Doctors, Serialisable
VARIABLES onCall, tx

vars == <<onCall, tx>>
Idle == [state |-> "idle", saw |-> {}]
Init == onCall = Doctors /\ tx = [d \in Doctors |-> Idle]

Begin(d) ==
  /\ tx[d].state = "idle"
  /\ tx' = [tx EXCEPT ![d] = [state |-> "running", saw |-> onCall]]
  /\ UNCHANGED onCall
Commit(d) ==
  /\ tx[d].state = "running"
  /\ IF d \in tx[d].saw
       THEN /\ Cardinality(tx[d].saw) > 1
            /\ onCall' = onCall \ {d}
       ELSE onCall' = onCall \cup {d}
  /\ Serialisable => tx[d].saw = onCall
  /\ tx' = [tx EXCEPT ![d] = Idle]
Abort(d) == tx[d].state = "running" /\ tx' = [tx EXCEPT ![d].state = "idle", ![d].saw = {}] /\ UNCHANGED onCall

Next == \E d \in Doctors : Begin(d) \/ Commit(d) \/ Abort(d)
Spec == Init /\ [][Next]_vars
Covered == onCall # {}
=============================================================================
