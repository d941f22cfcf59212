---------------------------- MODULE RiverCrossing ----------------------------
\* Wolf, goat and cabbage.
VARIABLE left

Cargo == {"wolf", "goat", "cabbage"}
All == Cargo \cup {"farmer"}
Eats == {<<"wolf", "goat">>, <<"goat", "cabbage">>}
Calm(bank) == "farmer" \in bank \/ \A <<eater, meal>> \in Eats : ~({eater, meal} \subseteq bank)

Init == left = All
Cross(bank, Boat) == IF "farmer" \in left THEN left' = bank \ Boat ELSE left' = bank \cup Boat
Next == \E thing \in SUBSET Cargo :
  /\ \A a, b \in thing : a = b
  /\ thing \subseteq IF "farmer" \in left THEN left ELSE All \ left
  /\ Cross(left, thing \cup {"farmer"})
  /\ Calm(left') /\ Calm(All \ left')
Spec == Init /\ [][Next]_left

Alive == Calm(left) /\ Calm(All \ left)
NotSolved == left # {}
=============================================================================
