------------------------------ MODULE Counter ------------------------------
\* A counter that other modules instantiate.
EXTENDS Naturals
CONSTANTS Step, Limit
VARIABLE value
Init == value = 0
Up == value + Step <= Limit /\ value' = value + Step
Reset == value > 0 /\ value' = 0
Next == Up \/ Reset
Bounded == value \in 0..Limit
Multiple == value % Step = 0
=============================================================================
