---------------------------- MODULE RingElection ----------------------------
\* Chang and Roberts: each node sends its identity around a ring, and lets only greater ones pass.
EXTENDS Integers, Sequences, FiniteSets
CONSTANTS N, Ids
VARIABLES channel, awake, leader

vars == <<channel, awake, leader>>
Places == 0..N - 1
After(i) == (i + 1) % N

\* Ids is a sequence, by a definition that the config puts in its place.
Shuffled == <<3, 1, 4, 2, 5>>
Doubled == <<3, 5, 4, 5, 1>>

Init ==
  /\ channel = [i \in Places |-> <<>>]
  /\ awake = {}
  /\ leader = {}

Wake(i) ==
  /\ i \notin awake
  /\ awake' = awake \cup {i}
  /\ channel' = [channel EXCEPT ![After(i)] = Append(@, Ids[i + 1])]
  /\ UNCHANGED leader

Receive(i) ==
  /\ channel[i] # <<>>
  /\ LET id == Head(channel[i])
         rest == [channel EXCEPT ![i] = Tail(@)]
     IN \/ id > Ids[i + 1] /\ channel' = [rest EXCEPT ![After(i)] = Append(@, id)] /\ UNCHANGED leader
        \/ id < Ids[i + 1] /\ channel' = rest /\ UNCHANGED leader
        \/ id = Ids[i + 1] /\ channel' = rest /\ leader' = leader \cup {i}
  /\ UNCHANGED awake

Done == leader # {} /\ (\A i \in Places : channel[i] = <<>>) /\ awake = Places /\ UNCHANGED vars

Next == Done \/ \E i \in Places : Wake(i) \/ Receive(i)
Spec == Init /\ [][Next]_vars

OneLeader == Cardinality(leader) <= 1
Greatest == \A i \in leader, j \in Places : Ids[j + 1] <= Ids[i + 1]
=============================================================================
