----------------------------- MODULE TicketLock -----------------------------
\* A ticket lock whose counters wrap around at Limit: right as long as there are no more threads than tickets.
EXTENDS Integers, FiniteSets
CONSTANTS Threads, Limit
VARIABLES next, serving, ticket

vars == <<next, serving, ticket>>
None == -1

TypeOK ==
  /\ next \in 0..Limit - 1
  /\ serving \in 0..Limit - 1
  /\ ticket \in [Threads -> {None} \cup 0..Limit - 1]

Init == next = 0 /\ serving = 0 /\ ticket = [t \in Threads |-> None]

Take(t) ==
  /\ ticket[t] = None
  /\ ticket' = [ticket EXCEPT ![t] = next]
  /\ next' = (next + 1) % Limit
  /\ UNCHANGED serving

Release(t) ==
  /\ ticket[t] = serving
  /\ ticket' = [ticket EXCEPT ![t] = None]
  /\ serving' = (serving + 1) % Limit
  /\ UNCHANGED next

Next == \E t \in Threads : Take(t) \/ Release(t)
Spec == Init /\ [][Next]_vars

Holders == {t \in Threads : ticket[t] = serving}
Exclusion == Cardinality(Holders) < 2
=============================================================================
