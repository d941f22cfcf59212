---------------------------- MODULE VectorClocks ----------------------------
\* Vector clocks against the causal past, which is written down beside them.
EXTENDS Naturals, FiniteSets
CONSTANTS P, Events
VARIABLES clock, past, mail, count

vars == <<clock, past, mail, count>>
Zero == [p \in P |-> 0]
LEQ(v, w) == \A p \in P : v[p] <= w[p]
Join(v, w) == [p \in P |-> IF v[p] < w[p] THEN w[p] ELSE v[p]]

Init ==
  /\ clock = [p \in P |-> Zero]
  /\ past = [p \in P |-> {}]
  /\ mail = {}
  /\ count = 0

Step(p, base, before) ==
  /\ count < Events
  /\ count' = count + 1
  /\ clock' = [clock EXCEPT ![p] = [base EXCEPT ![p] = @ + 1]]
  /\ past' = [past EXCEPT ![p] = before \cup {<<p, base[p] + 1>>}]

Local(p) == Step(p, clock[p], past[p]) /\ UNCHANGED mail
Send(p) ==
  /\ Step(p, clock[p], past[p])
  /\ \E q \in P \ {p} : mail' = mail \cup {[to |-> q, clock |-> clock'[p], past |-> past'[p]]}
Receive(p) == \E m \in mail :
  /\ m.to = p
  /\ Step(p, Join(clock[p], m.clock), past[p] \cup m.past)
  /\ mail' = mail \ {m}

Next == \E p \in P : Local(p) \/ Send(p) \/ Receive(p)
Spec == Init /\ [][Next]_vars

Counts == \A p, q \in P : clock[p][q] = Cardinality({e \in past[p] : e[1] = q})
Faithful == \A p, q \in P : LEQ(clock[p], clock[q]) <=> past[p] \subseteq past[q]
=============================================================================
