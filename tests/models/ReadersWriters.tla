--------------------------- MODULE ReadersWriters ---------------------------
\* Readers and writers who queue in the order in which they came.
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS Actors
VARIABLES reading, writing, queue

vars == <<reading, writing, queue>>
Range(s) == {s[i] : i \in DOMAIN s}
Waiting == {entry[2] : entry \in Range(queue)}
Idle == Actors \ (reading \cup writing \cup Waiting)

Init == reading = {} /\ writing = {} /\ queue = <<>>

Ask == \E a \in Idle, kind \in {"read", "write"} :
  /\ queue' = Append(queue, <<kind, a>>)
  /\ UNCHANGED <<reading, writing>>

Admit ==
  /\ queue # <<>>
  /\ writing = {}
  /\ LET kind == Head(queue)[1]
         actor == Head(queue)[2]
     IN CASE kind = "read" -> reading' = reading \cup {actor} /\ UNCHANGED writing
          [] kind = "write" -> reading = {} /\ writing' = {actor} /\ UNCHANGED reading
  /\ queue' = Tail(queue)

Stop == \E a \in reading \cup writing :
  /\ reading' = reading \ {a}
  /\ writing' = writing \ {a}
  /\ UNCHANGED queue

Next == Ask \/ Admit \/ Stop
Spec == Init /\ [][Next]_vars

TypeOK ==
  /\ reading \subseteq Actors
  /\ writing \in SUBSET Actors
  /\ queue \in Seq({"read", "write"} \X Actors)
Safe == (writing # {} => reading = {}) /\ Cardinality(writing) <= 1
Once == Len(queue) = Cardinality(Waiting)
=============================================================================
