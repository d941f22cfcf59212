---- MODULE InfiniteSet ----
EXTENDS Naturals, FiniteSets
VARIABLE x

Init == x = 0
Next == x' = Cardinality(Nat)
====
