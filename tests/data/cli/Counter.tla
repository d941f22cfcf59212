---- MODULE Counter ----
\* specgen: iispec 1
EXTENDS Naturals

VARIABLE n

vars == <<n>>

TypeOK == n \in 0..3

Init == n = 0

\* counter.go:9-15 (*Counter).Up
Up ==
    /\ n < 3           \* counter.go:10
    /\ n' = n + 1      \* counter.go:11

Next == Up

Spec == Init /\ [][Next]_vars
====
