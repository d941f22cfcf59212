---- MODULE Big ----
EXTENDS Naturals
CONSTANT Max
VARIABLES a, b, c
Init == a = 0 /\ b = 0 /\ c = 0
A == a < Max /\ a' = a + 1 /\ UNCHANGED <<b, c>>
B == b < Max /\ b' = b + 1 /\ UNCHANGED <<a, c>>
C == c < Max /\ c' = c + 1 /\ UNCHANGED <<a, b>>
Next == A \/ B \/ C
Spec == Init /\ [][Next]_<<a, b, c>>
Small == a <= Max
====
