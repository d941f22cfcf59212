------------------------------ MODULE Snapshot ------------------------------
\* Chandy and Lamport: a consistent snapshot of money that is sent around over channels that keep the order.
EXTENDS Integers, Sequences
CONSTANTS Branches, Money, MaxInFlight
VARIABLES balance, wire, recorded, markers, wireRecorded

vars == <<balance, wire, recorded, markers, wireRecorded>>
Links == {<<a, b>> \in Branches \X Branches : a # b}
Not == -1

RECURSIVE Sum(_, _)
Sum(f, S) == IF S = {} THEN 0 ELSE LET e == CHOOSE e \in S : TRUE IN f[e] + Sum(f, S \ {e})
Count(s) == Len(SelectSeq(s, LAMBDA m : m = "coin"))

Init ==
  /\ balance = [b \in Branches |-> Money]
  /\ wire = [l \in Links |-> <<>>]
  /\ recorded = [b \in Branches |-> Not]
  /\ markers = [l \in Links |-> FALSE]
  /\ wireRecorded = [l \in Links |-> 0]

Send(a, b) ==
  /\ balance[a] > 0
  /\ Len(wire[a, b]) < MaxInFlight
  /\ balance' = [balance EXCEPT ![a] = @ - 1]
  /\ wire' = [wire EXCEPT ![a, b] = Append(@, "coin")]
  /\ UNCHANGED <<recorded, markers, wireRecorded>>

Record(b, wires) ==
  /\ recorded' = [recorded EXCEPT ![b] = balance[b]]
  /\ wire' = [l \in Links |-> IF l[1] = b THEN Append(wires[l], "marker") ELSE wires[l]]

Begin(b) ==
  /\ \A a \in Branches : recorded[a] = Not
  /\ Record(b, wire)
  /\ UNCHANGED <<balance, markers, wireRecorded>>

Receive(a, b) ==
  /\ wire[a, b] # <<>>
  /\ LET rest == [wire EXCEPT ![a, b] = Tail(@)]
     IN CASE wire[a, b][1] = "coin" ->
               /\ balance' = [balance EXCEPT ![b] = @ + 1]
               /\ wire' = rest
               /\ wireRecorded' = IF recorded[b] # Not /\ ~markers[a, b]
                                  THEN [wireRecorded EXCEPT ![a, b] = @ + 1] ELSE wireRecorded
               /\ UNCHANGED <<recorded, markers>>
          [] wire[a, b][1] = "marker" ->
               /\ IF recorded[b] = Not THEN Record(b, rest) ELSE wire' = rest /\ UNCHANGED recorded
               /\ markers' = [markers EXCEPT ![a, b] = TRUE]
               /\ UNCHANGED <<balance, wireRecorded>>

Next == \E a \in Branches : Begin(a) \/ \E b \in Branches \ {a} : Send(a, b) \/ Receive(a, b)
Spec == Init /\ [][Next]_vars

Finished == \A l \in Links : markers[l]
Total == Sum(balance, Branches) + Sum([l \in Links |-> Count(wire[l])], Links)
Conserved == Total = Money * 2
Consistent == Finished => Sum(recorded, Branches) + Sum(wireRecorded, Links) = Money * 2
=============================================================================
