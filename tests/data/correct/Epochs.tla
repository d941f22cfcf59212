---- MODULE Epochs ----
EXTENDS Naturals
CONSTANT Node
VARIABLE epoch

Init == epoch = [n \in Node |-> [number |-> 1, open |-> TRUE]]
Jump(n) == epoch' = [epoch EXCEPT ![n].number = @ * 1000]
Next == \E n \in Node : Jump(n)
Spec == Init /\ [][Next]_epoch
Open == \A n \in Node : epoch[n].open
====
