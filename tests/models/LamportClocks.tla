---------------------------- MODULE LamportClocks ----------------------------
\* Mutual exclusion by Lamport's clocks: everybody holds a queue of requests ordered by time and name.
EXTENDS Naturals, Sequences
CONSTANTS N, MaxTime
VARIABLES clock, requests, acks, network, inside

vars == <<clock, requests, acks, network, inside>>
Node == 1..N
Max(a, b) == IF a > b THEN a ELSE b

Init ==
  /\ clock = [n \in Node |-> 1]
  /\ requests = [n \in Node |-> [m \in Node |-> 0]]
  /\ acks = [n \in Node |-> {}]
  /\ network = [n \in Node |-> [m \in Node |-> <<>>]]
  /\ inside = {}

Earlier(n, m) == requests[n][n] < requests[n][m] \/ (requests[n][n] = requests[n][m] /\ n < m)
Broadcast(n, m) == [network EXCEPT ![n] = [to \in Node |-> IF to = n THEN @[to] ELSE Append(@[to], m)]]

Request(n) ==
  /\ requests[n][n] = 0
  /\ requests' = [requests EXCEPT ![n][n] = clock[n]]
  /\ network' = Broadcast(n, <<"request", clock[n]>>)
  /\ acks' = [acks EXCEPT ![n] = {n}]
  /\ UNCHANGED <<clock, inside>>

Hear(n, m) ==
  /\ network[m][n] # <<>>
  /\ LET message == network[m][n][1]
         kind == message[1]
         time == message[2]
         taken == [network EXCEPT ![m][n] = Tail(@)]
     IN \/ /\ kind = "request"
           /\ clock' = [clock EXCEPT ![n] = Max(@, time) + 1]
           /\ requests' = [requests EXCEPT ![n][m] = time]
           /\ network' = [taken EXCEPT ![n][m] = Append(@, <<"ack", 0>>)]
           /\ UNCHANGED acks
        \/ /\ kind = "ack"
           /\ acks' = [acks EXCEPT ![n] = @ \cup {m}]
           /\ network' = taken
           /\ UNCHANGED <<clock, requests>>
        \/ /\ kind = "release"
           /\ requests' = [requests EXCEPT ![n][m] = 0]
           /\ network' = taken
           /\ UNCHANGED <<clock, acks>>
  /\ UNCHANGED inside

Enter(n) ==
  /\ n \notin inside
  /\ acks[n] = Node
  /\ \A m \in Node \ {n} : requests[n][m] = 0 \/ Earlier(n, m)
  /\ inside' = inside \cup {n}
  /\ UNCHANGED <<clock, requests, acks, network>>

Leave(n) ==
  /\ n \in inside
  /\ inside' = inside \ {n}
  /\ requests' = [requests EXCEPT ![n][n] = 0]
  /\ acks' = [acks EXCEPT ![n] = {}]
  /\ network' = Broadcast(n, <<"release", 0>>)
  /\ UNCHANGED clock

Next == \E n \in Node : Request(n) \/ Enter(n) \/ Leave(n) \/ \E m \in Node \ {n} : Hear(n, m)
Spec == Init /\ [][Next]_vars

Soon == \A n \in Node : clock[n] <= MaxTime
Exclusion == \A n, m \in inside : n = m
ShortQueues == \A n, m \in Node : Len(network[n][m]) <= 3
=============================================================================
