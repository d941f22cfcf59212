---- MODULE ModelValue ----
EXTENDS Naturals
CONSTANT N
VARIABLE x

Init == x = N
Next == x' = IF x < 3 THEN 1 ELSE 2
====
