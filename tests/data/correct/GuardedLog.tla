---- MODULE GuardedLog ----
EXTENDS Naturals
VARIABLES log, index

Init == log = [i \in 1..3 |-> i] /\ index = 1

\* log.go:10-17 (*Log).Write
Write ==
    \* log.go:14
    /\ log' = [log EXCEPT ![index] = log[index + 1]]
    \* log.go:15
    /\ index' = index + 1

Rest == index = 3 /\ UNCHANGED <<log, index>>
Next == Write \/ Rest
Spec == Init /\ [][Next]_<<log, index>>
Ordered == log[1] <= log[3]
====
