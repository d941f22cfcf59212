---------------------------- MODULE BoundedBuffer ----------------------------
\* A monitor with one condition for producers and consumers. Waking one of them may wake the wrong one, and then all wait.
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS Producers, Consumers, Size, WakeAll
ASSUME Producers \cap Consumers = {} /\ Size > 0
VARIABLES buffer, waiting

vars == <<buffer, waiting>>
Threads == Producers \cup Consumers

Wake == IF waiting = {} \/ WakeAll THEN waiting' = {} ELSE \E t \in waiting : waiting' = waiting \ {t}
Wait(t) == waiting' = waiting \cup {t} /\ UNCHANGED buffer

Put(p) ==
  IF Len(buffer) = Size THEN Wait(p)
  ELSE buffer' = Append(buffer, p) /\ Wake
Get(c) ==
  IF buffer = <<>> THEN Wait(c)
  ELSE buffer' = Tail(buffer) /\ Wake

Init == buffer = <<>> /\ waiting = {}
Next == \E t \in Threads \ waiting : IF t \in Producers THEN Put(t) ELSE Get(t)
Spec == Init /\ [][Next]_vars

TypeOK == buffer \in Seq(Producers) /\ Len(buffer) \in 0..Size /\ waiting \subseteq Threads
=============================================================================
