---------------------------- MODULE Missionaries ----------------------------
\* N missionaries and N cannibals in a boat for Seats.
EXTENDS Integers, FiniteSets
CONSTANTS N, Seats
VARIABLES here, boat

Person == ({"missionary"} \X (1..N)) \union ({"cannibal"} \X (1..N))
Safe(bank) ==
  LET m == Cardinality({p \in bank : p[1] = "missionary"})
      c == Cardinality(bank) - m
  IN m = 0 \/ m >= c

Init == here = Person /\ boat = "here"
Groups(bank) == {g \in SUBSET bank : Cardinality(g) \in 1..Seats}
Next == LET from == IF boat = "here" THEN here ELSE Person \ here IN
  \E group \in Groups(from) :
    /\ here' = IF boat = "here" THEN here \ group ELSE here \union group
    /\ Safe(here') /\ Safe(Person \ here')
    /\ boat' = IF boat = "here" THEN "there" ELSE "here"

Numbers == <<Cardinality({p \in here : p[1] = "missionary"}), Cardinality({p \in here : p[1] = "cannibal"}), boat>>
NotOver == here # {}
=============================================================================
