---- MODULE SubsetOfTuple ----
VARIABLE x

Init == x = <<1>>
Next == x \subseteq {1} /\ x' = x
====
