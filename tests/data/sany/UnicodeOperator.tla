---- MODULE UnicodeOperator ----
VARIABLE x
A == x ≤ 3
====
