---- MODULE DemoByHand ----
\* What Demo means, written by hand as TLA+.
EXTENDS Naturals, FiniteSets

CONSTANT Node

VARIABLES count, sent, role, total

vars == <<count, sent, role, total>>

Init ==
    /\ count = [n \in Node |-> 0]
    /\ sent = {}
    /\ role = [n \in Node |-> "idle"]
    /\ total = 0

\* One bump takes 0 to 1 and 1 to 0 with a carry.
Work(s) ==
    /\ role[s] = "idle"
    /\ LET new == 1 - count[s] IN
       /\ count' = [count EXCEPT ![s] = new]
       /\ total' = (total + count[s]) % 4
       /\ role' = [role EXCEPT ![s] = IF new = 1 THEN "busy" ELSE "idle"]
       /\ sent' = sent \cup ({s} \X (Node \ {s}) \X {new})

Steal(s) ==
    /\ role[s] = "busy"
    /\ \E t \in Node :
       /\ t # s
       /\ count[t] = 1
       /\ (total + count[s]) % 4 # 3
       /\ count' = [n \in Node |-> IF n = t THEN 0 ELSE IF n = s THEN 1 - count[s] ELSE count[n]]
    /\ total' = (total + count[s]) % 4
    /\ role' = [role EXCEPT ![s] = "idle"]
    /\ UNCHANGED sent

Drain(s) ==
    /\ role[s] = "busy"
    /\ count' = [count EXCEPT ![s] = (@ + 3) % 2]
    /\ total' = (total + ((count[s] + 3) \div 2)) % 4
    /\ role' = role \/ role' = [role EXCEPT ![s] = "idle"]
    /\ UNCHANGED sent

Reset(s) ==
    /\ total > 0
    /\ count' = [count EXCEPT ![s] = 0]
    /\ total' = (total + count[s]) % 4
    /\ sent' = IF count[s] = 0 THEN {m \in sent : m[1] # s} ELSE sent
    /\ role' = [role EXCEPT ![s] = "idle"]

Lose ==
    /\ \E m \in sent : sent' = sent \ {m}
    /\ UNCHANGED <<count, role, total>>

Next ==
    \/ \E s \in Node : Work(s) \/ Steal(s) \/ Drain(s) \/ Reset(s)
    \/ Lose

Spec == Init /\ [][Next]_vars
====
