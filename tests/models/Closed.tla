------------------------------- MODULE Closed -------------------------------
\* Sets of sets: families that are closed under union and intersection grow by one member at a time.
EXTENDS Naturals, FiniteSets
CONSTANTS Points, Ordered
VARIABLES family, last

Subsets == SUBSET Points
Union(F) == {a \cup b : a, b \in F}
Cut(F) == {a \cap b : <<a, b>> \in F \X F}
IsClosed(F) == Union(F) \subseteq F /\ Cut(F) \subseteq F
Family == {F \in SUBSET Subsets : {{}, Points} \subseteq F /\ IsClosed(F)}
Chain(F) == \A a, b \in F : a \subseteq b \/ b \subseteq a
Shapes(F) == {Cardinality(s) : s \in F}
Maps == [Points -> SUBSET {1, 2}]

Init == family = {{}, Points} /\ last = Points
Add == \E s \in Subsets \ family :
  /\ LET more == family \cup {s}
         RECURSIVE Close(_)
         Close(F) == LET wider == F \cup Union(F) \cup Cut(F) IN IF wider = F THEN F ELSE Close(wider)
     IN family' = Close(more)
  /\ last' = s
  /\ Ordered => Chain(family')
Cover == UNION (family \ {Points}) = Points /\ family' = {{}, Points} /\ last' = UNION {s \in family : Cardinality(s) = 1}
Next == Add \/ Cover
Spec == Init /\ [][Next]_<<family, last>>

Fine == IsClosed(family) /\ family \subseteq Subsets /\ last \in Subsets
Among == family \in Family
Sizes == 0 \in Shapes(family) /\ Shapes(family) \subseteq 0..Cardinality(Points)
Split == \A s \in family : Points \ s \in family => s \in {{}, Points}
Coloured == \E f \in Maps : \A s, t \in family : (s # t /\ Cardinality(s) = Cardinality(t)) => UNION {f[p] : p \in s} # UNION {f[p] : p \in t}
=============================================================================
