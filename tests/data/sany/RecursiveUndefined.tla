---- MODULE RecursiveUndefined ----
A == [a |-> 1, a |-> 2]
RECURSIVE R(_)
====
