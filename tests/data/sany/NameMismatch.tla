---- MODULE Another ----
VARIABLE x
====
