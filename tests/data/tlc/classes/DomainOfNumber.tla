---- MODULE DomainOfNumber ----
EXTENDS Naturals
VARIABLE x

Init == x = 3
Next == x' = DOMAIN x
====
