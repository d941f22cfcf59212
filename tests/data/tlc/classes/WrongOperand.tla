---- MODULE WrongOperand ----
EXTENDS Naturals
VARIABLE x

Init == x = "one"
Next == x' = x + 1
====
