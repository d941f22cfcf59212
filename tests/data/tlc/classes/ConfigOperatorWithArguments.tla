---- MODULE ConfigOperatorWithArguments ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = x
TypeOK(y) == x = y
====
