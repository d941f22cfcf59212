---- MODULE RecordTypo ----
EXTENDS Naturals
VARIABLE r
Init == r = [a : 1, b |-> 2]
====
