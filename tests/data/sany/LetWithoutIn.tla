---- MODULE LetWithoutIn ----
A == LET b == 1
     b + 1
====
