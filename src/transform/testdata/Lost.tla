---- MODULE Lost ----
\* specgen: iispec 1
EXTENDS Integers, Sequences
CONSTANT Proc
VARIABLES x, left, log
vars == <<x, left, log>>
Init == x = 0 /\ left = [p \in Proc |-> 1] /\ log = {}

save(n) ==
    /\ log' = log \cup {n}
    \* @yield
    /\ x' = n

Add(p) ==
    /\ left[p] > 0
    /\ left' = [left EXCEPT ![p] = @ - 1]
    /\ LET seen == x
       IN  \* @yield
           /\ \A k \in {1} : save(seen + k)
           /\ IF x > 1
              THEN log' = log \cup {10 * x}
              ELSE UNCHANGED log

Next == \E p \in Proc : Add(p)
Spec == Init /\ [][Next]_vars
====
