---- MODULE TypeMismatch ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = IF x = "none" THEN 1 ELSE 2
====
