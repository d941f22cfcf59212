------------------------------- MODULE Bakery -------------------------------
\* Lamport's bakery algorithm; the numbers are bounded by a constraint. Reading the tickets takes one step for each.
EXTENDS Naturals, FiniteSets
CONSTANTS Customers, Most
VARIABLES pc, number, choosing, seen, best

vars == <<pc, number, choosing, seen, best>>

Init ==
  /\ pc = [c \in Customers |-> "out"]
  /\ number = [c \in Customers |-> 0]
  /\ choosing = [c \in Customers |-> FALSE]
  /\ seen = [c \in Customers |-> {}]
  /\ best = [c \in Customers |-> 0]

Before(c, d) == number[c] < number[d] \/ (number[c] = number[d] /\ c < d)

Start(c) ==
  /\ pc[c] = "out"
  /\ pc' = [pc EXCEPT ![c] = "doorway"]
  /\ choosing' = [choosing EXCEPT ![c] = TRUE]
  /\ seen' = [seen EXCEPT ![c] = {c}]
  /\ best' = [best EXCEPT ![c] = 0]
  /\ UNCHANGED number

Look(c) == \E d \in Customers \ seen[c] :
  /\ pc[c] = "doorway"
  /\ seen' = [seen EXCEPT ![c] = @ \cup {d}]
  /\ best' = [best EXCEPT ![c] = IF number[d] > @ THEN number[d] ELSE @]
  /\ UNCHANGED <<pc, number, choosing>>

Take(c) ==
  /\ pc[c] = "doorway"
  /\ seen[c] = Customers
  /\ number' = [number EXCEPT ![c] = best[c] + 1]
  /\ choosing' = [choosing EXCEPT ![c] = FALSE]
  /\ pc' = [pc EXCEPT ![c] = "queue"]
  /\ seen' = [seen EXCEPT ![c] = {c}]
  /\ best' = [best EXCEPT ![c] = 0]

Pass(c) == \E d \in Customers \ seen[c] :
  /\ pc[c] = "queue"
  /\ ~choosing[d]
  /\ number[d] = 0 \/ Before(c, d)
  /\ seen' = [seen EXCEPT ![c] = @ \cup {d}]
  /\ UNCHANGED <<pc, number, choosing, best>>

Enter(c) ==
  /\ pc[c] = "queue"
  /\ seen[c] = Customers
  /\ pc' = [pc EXCEPT ![c] = "served"]
  /\ UNCHANGED <<number, choosing, seen, best>>

Leave(c) ==
  /\ pc[c] = "served"
  /\ pc' = [pc EXCEPT ![c] = "out"]
  /\ number' = [number EXCEPT ![c] = 0]
  /\ seen' = [seen EXCEPT ![c] = {}]
  /\ UNCHANGED <<choosing, best>>

Next == \E c \in Customers : Start(c) \/ Look(c) \/ Take(c) \/ Pass(c) \/ Enter(c) \/ Leave(c)
Spec == Init /\ [][Next]_vars

Small == \A c \in Customers : number[c] <= Most
Exclusion == Cardinality({c \in Customers : pc[c] = "served"}) <= 1
=============================================================================
