----------------------------- MODULE WorkQueue -----------------------------
\* Jobs are leased to workers and leased again when the lease has run out: each is done at least once, and not just once.
EXTENDS Naturals, FiniteSets
CONSTANTS Jobs, Workers, Lease, Horizon
VARIABLES now, leased, works, done, times

vars == <<now, leased, works, done, times>>
Free == [worker |-> "none", until |-> 0]

Init ==
  /\ now = 0
  /\ leased = [j \in Jobs |-> Free]
  /\ works = [w \in Workers |-> {}]
  /\ done = {}
  /\ times = [j \in Jobs |-> 0]

Tick == now < Horizon /\ now' = now + 1 /\ UNCHANGED <<leased, works, done, times>>
Claim(w) ==
  /\ works[w] = {}
  /\ \E j \in Jobs \ done :
       /\ leased[j] = Free \/ leased[j].until < now
       /\ leased' = [leased EXCEPT ![j].worker = w, ![j].until = now + Lease]
       /\ works' = [works EXCEPT ![w] = {j}]
  /\ UNCHANGED <<now, done, times>>
Finish(w) == \E j \in works[w] :
  /\ done' = done \cup {j}
  /\ times' = [times EXCEPT ![j] = @ + 1]
  /\ works' = [works EXCEPT ![w] = {}]
  /\ leased' = [leased EXCEPT ![j] = Free]
  /\ UNCHANGED now
Crash(w) ==
  /\ works[w] # {}
  /\ works' = [works EXCEPT ![w] = {}]
  /\ UNCHANGED <<now, leased, done, times>>

Next == Tick \/ \E w \in Workers : Claim(w) \/ Finish(w) \/ Crash(w)
Spec == Init /\ [][Next]_vars

AtLeastOnce == \A j \in done : times[j] >= 1
AtMostOnce == \A j \in Jobs : times[j] <= 1
DoneStaysDone == [][done \subseteq done']_done
=============================================================================
