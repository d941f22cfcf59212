----------------------------- MODULE Warehouse -----------------------------
\* Goods as bags: what lies on the shelves, what is ordered, and what has left. Bags are functions, so they mix with @@ and DOMAIN.
EXTENDS Naturals, Bags, FiniteSets, TLC
CONSTANTS Goods, Most, Careful
VARIABLES shelves, orders, gone

vars == <<shelves, orders, gone>>
Small == {b \in SubBag([g \in Goods |-> 1]) : b # EmptyBag}
Init == shelves = EmptyBag /\ orders = {} /\ gone = SetToBag({})
Arrive == \E g \in Goods :
  /\ CopiesIn(g, shelves) < Most
  /\ shelves' = shelves (+) SetToBag({g})
  /\ UNCHANGED <<orders, gone>>
Order == \E b \in Small :
  /\ Cardinality(orders) < 2
  /\ orders' = orders \cup {b}
  /\ UNCHANGED <<shelves, gone>>
Send == \E b \in orders :
  /\ Careful => b \sqsubseteq shelves
  /\ shelves' = shelves (-) b
  /\ gone' = gone (+) b
  /\ orders' = orders \ {b}
Next == Arrive \/ Order \/ Send
Few == BagCardinality(gone) <= 2
Spec == Init /\ [][Next]_vars

Total == shelves (+) gone
Bags == \A b \in orders \cup {shelves, gone, Total} : IsABag(b) /\ BagToSet(b) = DOMAIN b
Counted == BagCardinality(Total) = BagCardinality(shelves) + BagCardinality(gone)
Known == BagToSet(Total) \subseteq Goods
Piles == {shelves[g] : g \in DOMAIN shelves}
Doubled == BagOfAll(LAMBDA g : CopiesIn(g, shelves), shelves)
           = [n \in Piles |-> n * Cardinality({g \in DOMAIN shelves : shelves[g] = n})]
Flow == [][\A g \in Goods : CopiesIn(g, Total') >= CopiesIn(g, Total)]_vars
Grows == [][gone \sqsubseteq gone' /\ BagCardinality(gone') - BagCardinality(gone) \in {0, 1}]_gone
=============================================================================
