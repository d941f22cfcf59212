----------------------------- MODULE Instances -----------------------------
\* Instances with substitution, with names of the same spelling, with parameters, and of an instance.
EXTENDS Naturals
CONSTANTS Limit
VARIABLES value, hands, spare

Step == 2
INSTANCE Counter
Hand(h) == INSTANCE Counter WITH Step <- h + 1, value <- hands[h]
Spare == INSTANCE Counter WITH value <- spare, Step <- Step + 1, Limit <- Limit + 2

All == <<value, hands, spare>>
Start ==
  /\ Init
  /\ hands = [h \in {0, 1} |-> 0]
  /\ Spare!Init
Turn(h) ==
  /\ Hand(h)!Bounded
  /\ hands' = [hands EXCEPT ![h] = IF @ + h + 1 > Limit THEN 0 ELSE @ + h + 1]
  /\ UNCHANGED <<value, spare>>
Move ==
  \/ Next /\ UNCHANGED <<hands, spare>>
  \/ Spare!Next /\ UNCHANGED <<value, hands>>
  \/ \E h \in DOMAIN hands : Turn(h)
Spec == Start /\ [][Move]_All

Good == Bounded /\ Multiple /\ Spare!Bounded /\ Spare!Multiple /\ \A h \in {0, 1} : Hand(h)!Bounded
Both == \A h \in {0, 1} : Hand(h)!Multiple
Never == ~(value = 6 /\ hands[1] = 6 /\ spare = 6)
=============================================================================
