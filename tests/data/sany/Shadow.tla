---- MODULE Shadow ----
VARIABLE x
Init == \E x \in {1} : x = 1
====
