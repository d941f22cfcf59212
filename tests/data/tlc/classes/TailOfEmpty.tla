---- MODULE TailOfEmpty ----
EXTENDS Sequences
VARIABLE x

Init == x = <<>>
Next == x' = Tail(x)
====
