---- MODULE Indentation ----
VARIABLE x, y
Next == /\ x = 1
        /\ \E i \in {1} :
        /\ y = 2
Other == TRUE
====
