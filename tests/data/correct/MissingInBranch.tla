---- MODULE MissingInBranch ----
EXTENDS Naturals
VARIABLES term, voted

Init == term = 0 /\ voted = "none"

Vote(t) ==
    IF t > term
    THEN /\ term' = t
         /\ voted' = "yes"
    ELSE voted' = "no"

Next == \E t \in 1..2 : Vote(t)
Spec == Init /\ [][Next]_<<term, voted>>

Bounded == term <= 2
====
