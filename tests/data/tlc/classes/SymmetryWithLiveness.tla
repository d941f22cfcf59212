---- MODULE SymmetryWithLiveness ----
EXTENDS TLC
CONSTANT Node
VARIABLE x

Init == x = CHOOSE n \in Node : TRUE
Next == x' \in Node
Spec == Init /\ [][Next]_x
Perms == Permutations(Node)
Reaches == <>(x \in {})
====
