---- MODULE ChooseUnbounded ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = CHOOSE n : n > x
====
