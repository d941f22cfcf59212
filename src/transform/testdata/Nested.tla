---- MODULE Nested ----
\* specgen: iispec 1
EXTENDS Integers, Sequences

CONSTANT Proc

VARIABLE log

vars == <<log>>

Init == log = [p \in Proc |-> <<>>]

RECURSIVE Down(_, _)
Down(p, n) ==
    /\ log' = [log EXCEPT ![p] = Append(@, n)]
    /\ IF n > 0 THEN Down(p, n - 1) ELSE UNCHANGED log
    \* @yield
    /\ log' = [log EXCEPT ![p] = Append(@, n)]

Start(p) ==
    /\ log[p] = <<>>
    /\ Down(p, 2)

Next == \E p \in Proc : Start(p)

Spec == Init /\ [][Next]_vars

====
