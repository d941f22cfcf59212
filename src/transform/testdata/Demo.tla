---- MODULE Demo ----
\* specgen: iispec 1
\* Every construct of an IISpec in a small system: nodes count, send and steal.
EXTENDS Naturals, FiniteSets

CONSTANT Node

VARIABLES count, sent, role, total

vars == <<count, sent, role, total>>

Limit == 2

\* demo.go:3 reads a variable, so it exists on states too
Busy(s) == count[s] >= Limit

Init ==
    /\ count = [n \in Node |-> 0]
    /\ sent = {}
    /\ role = [n \in Node |-> "idle"]
    /\ total = 0

\* demo.go:10
send(s, t) ==
    /\ sent' = sent \cup {<<s, t, count[s]>>}            \* demo.go:11

\* demo.go:20
bump(s, by) ==
    /\ count' = [count EXCEPT ![s] = @ + by]             \* demo.go:21
    /\ IF Busy(s)                                        \* demo.go:22, the new count
       THEN /\ count' = [count EXCEPT ![s] = 0]          \* demo.go:23
            /\ total' = (total + 1) % 4                  \* demo.go:24
       ELSE UNCHANGED <<>>

\* demo.go:30
broadcast(s) ==
    /\ \A t \in Node \ {s} : send(s, t)                  \* demo.go:31

\* demo.go:40
RECURSIVE drain(_, _)
drain(s, k) ==
    IF k = 0                                             \* demo.go:41
    THEN UNCHANGED vars
    ELSE /\ bump(s, 1)                                   \* demo.go:42
         /\ drain(s, k - 1)                              \* demo.go:43

\* demo.go:50, a choice, and conditions between statements
steal(s) ==
    /\ \E t \in Node \ {s} :
          /\ count[t] > 0                                \* demo.go:51
          /\ count' = [count EXCEPT ![t] = @ - 1]        \* demo.go:52
    /\ bump(s, 1)                                        \* demo.go:53
    /\ total < 3                                         \* demo.go:54, the new total

work(s) ==
    /\ role[s] = "idle"
    /\ bump(s, 1)
    /\ LET busy == count[s] > 0 IN                       \* the new count
       role' = [role EXCEPT ![s] = IF busy THEN "busy" ELSE "idle"]
    /\ broadcast(s)

Steal(s) ==
    /\ role[s] = "busy"
    /\ steal(s)
    /\ role' = [role EXCEPT ![s] = "idle"]

Drain(s) ==
    /\ role[s] = "busy"
    /\ drain(s, 3)
    /\ role' \in {[role EXCEPT ![s] = "idle"], role}

\* Guarded alternatives in the middle of a sequence.
Reset(s) ==
    /\ total' = total
    /\ \/ /\ count[s] = 0
          /\ role' = [role EXCEPT ![s] = "reset"]
       \/ /\ count[s] = 1
          /\ count' = [count EXCEPT ![s] = 0]
          /\ total' = (total' + 1) % 4
    /\ CASE role[s] = "reset" -> sent' = {m \in sent : m[1] # s}
         [] OTHER -> UNCHANGED vars
    /\ role' = [role EXCEPT ![s] = "idle"]

Lose == \E m \in sent : sent' = sent \ {m}

Next ==
    \/ \E s \in Node : work(s) \/ Steal(s)
    \/ \E s \in Node : /\ Drain(s)
    \/ \E s \in Node : total > 0 /\ Reset(s)
    \/ Lose

Spec == Init /\ [][Next]_vars
====
