---- MODULE BoxInAction ----
EXTENDS Naturals
VARIABLE step
Init == step = 0
Next == step' = step + 1
Mixed == (step' = step + 1) /\ [](step >= 0)
Implied == [](step >= 0) => (step' = 1)
Led == (step' = 1) ~> (step = 2)
Quant == \E s \in {1} : [](step = s)
Fair == \A s \in {step'} : [](step = s)
====
