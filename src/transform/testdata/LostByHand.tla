---- MODULE LostByHand ----
EXTENDS Integers
CONSTANT Proc
VARIABLES x, left, log, pc, seen
vars == <<x, left, log, pc, seen>>
Init ==
    /\ x = 0 /\ left = [p \in Proc |-> 1] /\ log = {}
    /\ pc = [p \in Proc |-> "idle"] /\ seen = [p \in Proc |-> 0]
Start(p) ==
    /\ pc[p] = "idle" /\ left[p] > 0
    /\ left' = [left EXCEPT ![p] = @ - 1]
    /\ seen' = [seen EXCEPT ![p] = x]
    /\ pc' = [pc EXCEPT ![p] = "save"]
    /\ UNCHANGED <<x, log>>
Save(p) ==
    /\ pc[p] = "save"
    /\ log' = log \cup {seen[p] + 1}
    /\ pc' = [pc EXCEPT ![p] = "set"]
    /\ UNCHANGED <<x, left, seen>>
Set(p) ==
    /\ pc[p] = "set"
    /\ x' = seen[p] + 1
    /\ log' = IF x' > 1 THEN log \cup {10 * x'} ELSE log
    /\ pc' = [pc EXCEPT ![p] = "idle"]
    /\ seen' = [seen EXCEPT ![p] = 0]
    /\ UNCHANGED left
Next == \E p \in Proc : Start(p) \/ Save(p) \/ Set(p)
Spec == Init /\ [][Next]_vars
====
