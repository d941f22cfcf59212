----------------------------- MODULE Committee -----------------------------
\* Modules in modules, instantiated with operators and with parameters, and through one another; one module's behaviours refine another's.
EXTENDS Naturals, FiniteSets
CONSTANTS People, Size
VARIABLES members, chair, rounds

------------------------------ MODULE Group ------------------------------
CONSTANTS All, May(_, _)
VARIABLES in, top
----------------------------- MODULE Lead -----------------------------
CONSTANT Nobody
VARIABLE first
Vacant == first = Nobody
Elected == first \in in
Elect == \E p \in in : first' = p /\ p # first
Resign == ~Vacant /\ first' = Nobody
Steady == [][Vacant \/ first' = Nobody]_first
========================================================================
Chief == INSTANCE Lead WITH first <- top, Nobody <- 0
Of(h) == INSTANCE Lead WITH first <- h, Nobody <- 0
LOCAL Room(n) == Cardinality(in) < n
Start == in = {} /\ Room(1)
Enter(p) == p \notin in /\ May(p, in) /\ in' = in \cup {p}
Leave(p) == p \in in /\ in' = in \ {p}
Change == \E p \in All : Enter(p) \/ Leave(p)
Always == Start /\ [][Change]_in
=========================================================================

Fits(p, S) == Cardinality(S) < Size
New(p, S) == p \notin S
Odd == {p \in members : p % 2 = 1}
Club == INSTANCE Group WITH All <- People, May <- Fits, in <- members, top <- chair
Odds == INSTANCE Group WITH All <- {p \in People : p % 2 = 1}, May <- New, in <- Odd, top <- chair
Below(n) == INSTANCE Group WITH All <- 1..n, May <- LAMBDA p, S : p \notin S, in <- members \cap 1..n, top <- n

Init == Club!Start /\ chair = 0 /\ rounds = 0
Join == \E p \in People : Club!Enter(p) /\ UNCHANGED <<chair, rounds>>
Quit == \E p \in People : p # chair /\ Club!Leave(p) /\ UNCHANGED <<chair, rounds>>
Vote ==
  /\ Cardinality(members) = Size
  /\ Club!Chief!Elect
  /\ rounds' = (rounds + 1) % 3
  /\ UNCHANGED members
End == ~Club!Of(rounds)!Vacant /\ Club!Chief!Resign /\ UNCHANGED <<members, rounds>>
Next == Join \/ Quit \/ Vote \/ End
Spec == Init /\ [][Next]_<<members, chair, rounds>>

Led == Club!Of(chair)!Vacant \/ Club!Of(chair)!Elected
Counted == ENABLED Vote => \A p \in members : ~ENABLED Club!Enter(p)
Refines == Club!Always
OddRefines == Odds!Always
BelowChanges == [][\A n \in People : \/ Below(n)!Change
                                    \/ UNCHANGED (members \cap 1..n)]_members
Stays == [][Club!Of(chair)!Vacant \/ chair' = 0]_chair
Second == \A p \in People : rounds = 2 => Club!Of(p)!Elected
=============================================================================
