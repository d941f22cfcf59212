---- MODULE PropertyInitially ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = (x + 1) % 3
Spec == Init /\ [][Next]_x
Begins == x = 1 /\ [][x' # x]_x
====
