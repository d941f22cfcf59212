---- MODULE ComparedOrder ----
EXTENDS Naturals
VARIABLE x

Init == x = {1}
Next == x' = {1, "a"} \cup {<<1>>}
====
