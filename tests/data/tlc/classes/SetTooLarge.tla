---- MODULE SetTooLarge ----
EXTENDS Naturals
VARIABLE x

Init == x = {}
Next == x' = {s \in SUBSET (1..21) : TRUE}
====
