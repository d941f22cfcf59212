--------------------------- MODULE BagOfMessages ---------------------------
\* A network that is a bag: messages are doubled and lost.
EXTENDS Naturals, Bags, FiniteSets
CONSTANTS Nodes, Most
VARIABLES network, got

vars == <<network, got>>
Message == [from : Nodes, to : Nodes]
Init == network = EmptyBag /\ got = [n \in Nodes |-> 0]

Send == \E m \in Message :
  /\ m.from # m.to
  /\ network' = network (+) SetToBag({m})
  /\ UNCHANGED got
Double == \E m \in BagToSet(network) : network' = network (+) SetToBag({m}) /\ UNCHANGED got
Take == \E m \in BagToSet(network) :
  /\ got' = [got EXCEPT ![m.to] = @ + CopiesIn(m, network)]
  /\ network' = [k \in DOMAIN network \ {m} |-> network[k]]
Lose == \E m \in BagToSet(network) : network' = network (-) SetToBag({m}) /\ UNCHANGED got

Next == Send \/ Double \/ Take \/ Lose
Spec == Init /\ [][Next]_vars

Few == BagCardinality(network) <= Most /\ \A n \in Nodes : got[n] <= Most
IsBag == IsABag(network) /\ \A m \in DOMAIN network : BagIn(m, network) /\ m \in Message
Subbags == \A b \in SubBag(network) : b \sqsubseteq network
Parts == BagCardinality(network) = 0 <=> network = EmptyBag
Balanced == \A n, m \in Nodes : got[n] - got[m] < 3
=============================================================================
