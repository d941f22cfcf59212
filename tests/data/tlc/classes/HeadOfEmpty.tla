---- MODULE HeadOfEmpty ----
EXTENDS Sequences
VARIABLE x

Init == x = <<>>
Next == x' = <<Head(x)>>
====
