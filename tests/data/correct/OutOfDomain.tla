---- MODULE OutOfDomain ----
EXTENDS Naturals
VARIABLES log, index

Init == log = [i \in 1..2 |-> 0] /\ index = 1
Write == log' = [log EXCEPT ![index] = log[index + 1]] /\ index' = index + 1
Next == Write
Spec == Init /\ [][Next]_<<log, index>>
Zero == log[1] = 0
====
