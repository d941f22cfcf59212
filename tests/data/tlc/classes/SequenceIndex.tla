---- MODULE SequenceIndex ----
EXTENDS Naturals, Sequences
VARIABLE x

Init == x = <<1>>
Next == x' = Append(x, x[Len(x) + 1])
====
