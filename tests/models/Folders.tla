------------------------------ MODULE Folders ------------------------------
\* Records whose fields vary by their kind, in functions of functions, changed several levels deep and several at a time.
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS Users, Names, Quota
VARIABLES disk, used

Nothing == [kind |-> "none"]
File(n, o) == [kind |-> "file", size |-> n, owner |-> o]
Link(to) == [kind |-> "link", to |-> to]
Entries == {Nothing} \cup [kind : {"file"}, size : 1..2, owner : Users] \cup [kind : {"link"}, to : Names]
Size(e) == IF e.kind = "file" THEN e.size ELSE IF e.kind = "link" /\ "to" \in DOMAIN e THEN 1 ELSE 0
Follow(u, n) == LET e == disk[u].entries[n] IN IF e.kind = "link" THEN disk[u].entries[e.to] ELSE e

Init ==
  /\ disk = [u \in Users |-> [entries |-> [n \in Names |-> Nothing], count |-> 0]]
  /\ used = [u \in Users |-> 0]
Write(u, n) ==
  /\ disk[u].entries[n] = Nothing
  /\ used[u] < Quota
  /\ disk' = [disk EXCEPT ![u].entries[n] = File(1, u), ![u].count = @ + 1]
  /\ used' = [used EXCEPT ![u] = @ + 1]
Grow(u, n) ==
  /\ disk[u].entries[n].kind = "file" /\ disk[u].entries[n].size = 1
  /\ used[u] < Quota
  /\ disk' = [disk EXCEPT ![u] = [@ EXCEPT !.entries[n].size = @ + 1]]
  /\ used' = [used EXCEPT ![u] = @ + disk'[u].entries[n].size - disk[u].entries[n].size]
Join(u, n, to) ==
  /\ disk[u].entries[n] = Nothing /\ n # to
  /\ disk' = [disk EXCEPT ![u].entries[n] = Link(to), ![u].count = @ + Cardinality({n})]
  /\ used' = used
Give(u, v, n) ==
  /\ u # v /\ disk[u].entries[n].kind = "file" /\ disk[v].entries[n].kind # "file"
  /\ disk' = [disk EXCEPT ![v].entries[n] = [disk[u].entries[n] EXCEPT !.owner = v], ![u].entries[n] = Nothing,
                          ![u].count = @ - 1, ![v].count = IF disk[v].entries[n] = Nothing THEN @ + 1 ELSE @]
  /\ used' = [used EXCEPT ![u] = @ - Size(disk[u].entries[n]), ![v] = @ + Size(disk[u].entries[n])]
Next == \E u, v \in Users, n, m \in Names : Write(u, n) \/ Grow(u, n) \/ Join(u, n, m) \/ Give(u, v, n)
Spec == Init /\ [][Next]_<<disk, used>>

Typed == disk \in [Users -> [entries : [Names -> Entries], count : 0..Cardinality(Names)]]
Counted == \A u \in Users : disk[u].count = Cardinality({n \in Names : disk[u].entries[n].kind # "none"})
Owned == \A u \in Users, n \in Names : "owner" \in DOMAIN disk[u].entries[n] => disk[u].entries[n].owner = u
Within == \A u \in Users : used[u] <= Quota
Solid == \A u \in Users, n \in Names : Follow(u, n).kind = "link" => disk[u].entries[n].to # n
Straight == \A u \in Users, n \in Names : Follow(u, n).size \in 0..2
=============================================================================
