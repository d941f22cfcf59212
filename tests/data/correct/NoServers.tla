---- MODULE NoServers ----
EXTENDS Naturals, FiniteSets
CONSTANTS Server, MaxTerm
VARIABLES term, votes

Init == term = [s \in Server |-> 0] /\ votes = {}

Vote(s) ==
    /\ term[s] < MaxTerm
    /\ term' = [term EXCEPT ![s] = @ + 1]
    /\ votes' = votes \cup {s}

Rest == (\A s \in Server : term[s] = MaxTerm) /\ UNCHANGED <<term, votes>>

Next == (\E s \in Server : Vote(s)) \/ Rest
Spec == Init /\ [][Next]_<<term, votes>>
Known == votes \subseteq Server
====
