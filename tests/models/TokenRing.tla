------------------------------ MODULE TokenRing ------------------------------
\* Dijkstra's self-stabilising ring of counters, from every state.
EXTENDS Naturals, FiniteSets
CONSTANTS N, K
VARIABLE x

Nodes == 0..N
Privileged(i) == IF i = 0 THEN x[0] = x[N] ELSE x[i] # x[i - 1]
Tokens == Cardinality({i \in Nodes : Privileged(i)})

Init == x \in [Nodes -> 0..K - 1]
Move(i) ==
  /\ Privileged(i)
  /\ x' = [x EXCEPT ![i] = IF i = 0 THEN (x[0] + 1) % K ELSE x[i - 1]]
Next == \E i \in Nodes : Move(i)
Spec == Init /\ [][Next]_x

Alive == Tokens > 0
NeverMore == [][Tokens' <= Tokens]_x
StaysStable == [](Tokens = 1 => [](Tokens = 1))
SoonStable == Tokens <= 2
=============================================================================
