------------------------------ MODULE Seating ------------------------------
\* Guests take places at tables; who cannot bear whom is chosen at the start. Guests are alike, and so are tables.
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS Guests, Tables, Room, Nobody
VARIABLES place, quarrel

Symmetric == Permutations(Guests) \cup Permutations(Tables)
Pairs == {pair \in SUBSET Guests : Cardinality(pair) = 2}
At(t) == {g \in DOMAIN place : place[g] = t}
Seated == UNION {At(t) : t \in Tables}

Init ==
  /\ place = [g \in Guests |-> Nobody]
  /\ quarrel \in {q \in SUBSET Pairs : Cardinality(q) <= 2}
Sit(g, t) ==
  /\ place[g] = Nobody
  /\ Cardinality(At(t)) < Room
  /\ \A h \in At(t) : {g, h} \notin quarrel
  /\ place' = [place EXCEPT ![g] = t]
Swap(g, h) ==
  /\ g # h /\ {g, h} \subseteq Seated
  /\ place' = [place EXCEPT ![g] = place[h], ![h] = place[g]]
  /\ \A pair \in quarrel : \E a, b \in pair : a # b /\ place'[a] # place'[b]
Rise(g) == place[g] # Nobody /\ place' = (g :> Nobody) @@ place
Next ==
  /\ \/ \E g \in Guests, t \in Tables : Sit(g, t)
     \/ \E g, h \in Guests : Swap(g, h)
     \/ \E g \in Seated : Rise(g)
  /\ UNCHANGED quarrel
Spec == Init /\ [][Next]_<<place, quarrel>>

Typed == place \in [Guests -> Tables \cup {Nobody}] /\ quarrel \in SUBSET SUBSET Guests
Peace == \A t \in Tables : \A q \in quarrel : ~(q \subseteq At(t))
SomeoneStands == Seated # Guests
Occupied == \E t \in Tables : Cardinality(At(t)) # Room
=============================================================================
