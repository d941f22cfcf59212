---- MODULE WrongArgument ----
EXTENDS Naturals, Sequences
VARIABLE x

Init == x = 3
Next == x' = Len(x)
====
