-------------------------- MODULE ChainReplication --------------------------
\* Writes go down a chain, reads are answered by its tail; nodes are lost from anywhere. ReadAnywhere: they are answered by
\* every node, and an old value may be read after a newer one.
EXTENDS Naturals, Sequences
CONSTANTS Nodes, Writes, ReadAnywhere
VARIABLES chain, stored, issued, newest

vars == <<chain, stored, issued, newest>>
Init ==
  /\ chain = Nodes
  /\ stored = [n \in {Nodes[i] : i \in 1..Len(Nodes)} |-> 0]
  /\ issued = 0
  /\ newest = [read |-> 0, ok |-> TRUE]

Order == <<"n1", "n2", "n3">>
RECURSIVE Remove(_, _)
Remove(s, e) ==
  IF s = <<>> THEN s
  ELSE IF Head(s) = e THEN Tail(s)
  ELSE <<Head(s)>> \o Remove(Tail(s), e)

Write ==
  /\ issued < Writes
  /\ issued' = issued + 1
  /\ stored' = [stored EXCEPT ![chain[1]] = issued']
  /\ UNCHANGED <<chain, newest>>
Forward == \E i \in 1..Len(chain) - 1 :
  /\ stored[chain[i + 1]] < stored[chain[i]]
  /\ stored' = [stored EXCEPT ![chain[i + 1]] = stored[chain[i]]]
  /\ UNCHANGED <<chain, issued, newest>>
Read == \E i \in 1..Len(chain) :
  /\ ReadAnywhere \/ i = Len(chain)
  /\ newest' = [read |-> stored[chain[i]], ok |-> stored[chain[i]] >= newest.read]
  /\ UNCHANGED <<chain, stored, issued>>
Lose == \E i \in 1..Len(chain) :
  /\ Len(chain) > 1
  /\ chain' = Remove(chain, chain[i])
  /\ UNCHANGED <<stored, issued, newest>>

Next == Write \/ Forward \/ Read \/ Lose
Spec == Init /\ [][Next]_vars

Monotonic == newest.ok
Sorted == \A i, j \in 1..Len(chain) : i < j => stored[chain[i]] >= stored[chain[j]]
=============================================================================
