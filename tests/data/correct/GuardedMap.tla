---- MODULE GuardedMap ----
EXTENDS Naturals
VARIABLES owner, given

Init == owner = [slot \in {1} |-> "a"] /\ given = ""

\* log.go:20-26 (*Log).Take
Take(slot) ==
    \/ given' = owner[slot] /\  \* log.go:21-23
       owner' = [other \in DOMAIN owner \ {slot} |-> owner[other]]
    \/ UNCHANGED <<owner, given>>

Next == \E slot \in 1..2 : Take(slot)
Spec == Init /\ [][Next]_<<owner, given>>
Known == given \in {"", "a"}
====
