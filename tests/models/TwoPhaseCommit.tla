--------------------------- MODULE TwoPhaseCommit ---------------------------
\* Two-phase commit with a coordinator and a set of messages that are never taken away. Patient = FALSE: a participant
\* that has prepared may give up.
CONSTANTS Participants, Patient
VARIABLES state, coordinator, ready, messages

vars == <<state, coordinator, ready, messages>>
Message == [type : {"prepared"}, from : Participants] \cup [type : {"commit", "abort"}]

TypeOK ==
  /\ state \in [Participants -> {"working", "prepared", "committed", "aborted"}]
  /\ coordinator \in {"waiting", "committed", "aborted"}
  /\ ready \subseteq Participants
  /\ messages \subseteq Message

Init ==
  /\ state = [p \in Participants |-> "working"]
  /\ coordinator = "waiting"
  /\ ready = {}
  /\ messages = {}

Send(m) == messages' = messages \cup {m}

Hear(p) ==
  /\ coordinator = "waiting"
  /\ [type |-> "prepared", from |-> p] \in messages
  /\ ready' = ready \cup {p}
  /\ UNCHANGED <<state, coordinator, messages>>

Decide(verdict, word) ==
  /\ coordinator = "waiting"
  /\ coordinator' = verdict
  /\ Send([type |-> word])
  /\ UNCHANGED <<state, ready>>

Commit == ready = Participants /\ Decide("committed", "commit")
Abort == Decide("aborted", "abort")

Prepare(p) ==
  /\ state[p] = "working"
  /\ state' = [state EXCEPT ![p] = "prepared"]
  /\ Send([type |-> "prepared", from |-> p])
  /\ UNCHANGED <<coordinator, ready>>

GiveUp(p) ==
  /\ state[p] \in IF Patient THEN {"working"} ELSE {"working", "prepared"}
  /\ state' = [state EXCEPT ![p] = "aborted"]
  /\ UNCHANGED <<coordinator, ready, messages>>

Obey(p) == \E word \in {"commit", "abort"} :
  /\ [type |-> word] \in messages
  /\ state' = [state EXCEPT ![p] = IF word = "commit" THEN "committed" ELSE "aborted"]
  /\ UNCHANGED <<coordinator, ready, messages>>

Next ==
  \/ Commit \/ Abort
  \/ \E p \in Participants : Hear(p) \/ Prepare(p) \/ GiveUp(p) \/ Obey(p)
Spec == Init /\ [][Next]_vars

Goal == INSTANCE TransactionCommit WITH outcome <- state
Implements == Goal!Spec
Consistent == Goal!Consistent
=============================================================================
