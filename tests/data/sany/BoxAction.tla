---- MODULE BoxAction ----
EXTENDS Naturals
VARIABLE step
Init == step = 0
Next == step' = step + 1
Spec == Init /\ []Next
Live == Init /\ <>Next
====
