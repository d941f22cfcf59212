------------------------------ MODULE Siblings ------------------------------
\* A module inside the module that instantiates another one inside it.
EXTENDS Naturals
CONSTANT Limit
VARIABLE count
---- MODULE Below ----
EXTENDS Naturals
VARIABLE number
Low == number < Limit
====
---- MODULE Above ----
VARIABLE number
Inner == INSTANCE Below
Low == Inner!Low
====
Outer == INSTANCE Above WITH number <- count
Init == count = 0
Next == count < 4 /\ count' = count + 1
Spec == Init /\ [][Next]_count

Low == Outer!Low
=============================================================================
