---- MODULE IntegerTooBig ----
EXTENDS Naturals
VARIABLE x

Init == x = 99999999999
Next == x' = x
====
