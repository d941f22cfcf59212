------------------------------ MODULE Barrier ------------------------------
\* A barrier that is used again and again. Sense = FALSE: a counter without a sense that is turned around lets a fast thread
\* through twice.
EXTENDS Integers
CONSTANTS N, Rounds, Sense
VARIABLES count, sense, local, pc, round

vars == <<count, sense, local, pc, round>>
T == 1..N
Init ==
  /\ count = 0
  /\ sense = FALSE
  /\ local = [t \in T |-> FALSE]
  /\ pc = [t \in T |-> "work"]
  /\ round = [t \in T |-> 0]

Arrive(t) ==
  /\ pc[t] = "work"
  /\ round[t] < Rounds
  /\ count' = count + 1
  /\ local' = [local EXCEPT ![t] = ~@]
  /\ pc' = [pc EXCEPT ![t] = IF count' = N THEN "last" ELSE "wait"]
  /\ UNCHANGED <<sense, round>>
Open(t) ==
  /\ pc[t] = "last"
  /\ count' = IF Sense THEN 0 ELSE count
  /\ sense' = IF Sense THEN local[t] ELSE TRUE
  /\ pc' = [pc EXCEPT ![t] = "work"]
  /\ round' = [round EXCEPT ![t] = @ + 1]
  /\ UNCHANGED local
Go(t) ==
  /\ pc[t] = "wait"
  /\ IF Sense THEN sense = local[t] ELSE sense
  /\ pc' = [pc EXCEPT ![t] = "work"]
  /\ round' = [round EXCEPT ![t] = @ + 1]
  /\ UNCHANGED <<count, sense, local>>
Rest == (\A t \in T : round[t] = Rounds) /\ UNCHANGED vars

Next == Rest \/ \E t \in T : Arrive(t) \/ Open(t) \/ Go(t)
Spec == Init /\ [][Next]_vars

Together == \A t, u \in T : round[t] - round[u] \in -1..1
=============================================================================
