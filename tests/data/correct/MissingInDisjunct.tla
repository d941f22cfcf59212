---- MODULE MissingInDisjunct ----
VARIABLES light, cars

Init == light = "red" /\ cars = {}

Next ==
    \/ /\ light = "red"
       /\ light' = "green"
    \/ /\ light = "green"
       /\ light' = "red"
       /\ cars' = {}
    \/ /\ light = "red"
       /\ cars' = {"waiting"}

Spec == Init /\ [][Next]_<<light, cars>>
Known == light \in {"red", "green"}
====
