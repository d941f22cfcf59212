-------------------------------- MODULE Paxos --------------------------------
\* Single-decree Paxos. Blind = TRUE: a proposer takes its own value whatever the acceptors have told.
EXTENDS Integers, FiniteSets
CONSTANTS Acceptors, Values, Ballots, Blind
VARIABLES promised, voted, messages

vars == <<promised, voted, messages>>
Quorums == {q \in SUBSET Acceptors : Cardinality(q) * 2 > Cardinality(Acceptors)}
Nothing == [ballot |-> -1, value |-> "none"]

Init ==
  /\ promised = [a \in Acceptors |-> -1]
  /\ voted = [a \in Acceptors |-> Nothing]
  /\ messages = {}

Send(m) == messages' = messages \cup {m}
Sent(kind) == {m \in messages : m.kind = kind}

Prepare(b) ==
  /\ Send([kind |-> "prepare", ballot |-> b])
  /\ UNCHANGED <<promised, voted>>

Promise(a) == \E m \in Sent("prepare") :
  /\ m.ballot > promised[a]
  /\ promised' = [promised EXCEPT ![a] = m.ballot]
  /\ Send([kind |-> "promise", from |-> a, ballot |-> m.ballot, last |-> voted[a]])
  /\ UNCHANGED voted

Propose(b, v) ==
  /\ ~\E m \in Sent("propose") : m.ballot = b
  /\ \E q \in Quorums :
       LET promises == {m \in Sent("promise") : m.ballot = b /\ m.from \in q}
           lasts == {m.last : m \in promises} \ {Nothing}
           Highest(l) == \A other \in lasts : other.ballot <= l.ballot
       IN /\ \A a \in q : \E m \in promises : m.from = a
          /\ \/ lasts = {} \/ Blind
             \/ \E l \in lasts : Highest(l) /\ l.value = v
  /\ Send([kind |-> "propose", ballot |-> b, value |-> v])
  /\ UNCHANGED <<promised, voted>>

Accept(a) == \E m \in Sent("propose") :
  /\ m.ballot >= promised[a]
  /\ promised' = [promised EXCEPT ![a] = m.ballot]
  /\ voted' = [voted EXCEPT ![a] = [ballot |-> m.ballot, value |-> m.value]]
  /\ Send([kind |-> "accept", from |-> a, ballot |-> m.ballot, value |-> m.value])

Next ==
  \/ \E b \in Ballots : Prepare(b) \/ \E v \in Values : Propose(b, v)
  \/ \E a \in Acceptors : Promise(a) \/ Accept(a)
Spec == Init /\ [][Next]_vars

ChosenAt(b, v) == \E q \in Quorums : \A a \in q :
  [kind |-> "accept", from |-> a, ballot |-> b, value |-> v] \in messages
Chosen == {v \in Values : \E b \in Ballots : ChosenAt(b, v)}
Agreement == Cardinality(Chosen) <= 1
Stable == [][Chosen \subseteq Chosen']_vars
=============================================================================
