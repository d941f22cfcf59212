---- MODULE UnknownChar ----
A == 1 ; 2
B == $x
====
