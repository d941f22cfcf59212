---- MODULE RecursiveArity ----
EXTENDS Naturals
RECURSIVE Sum(_)
Sum(a, b) == IF a = 0 THEN b ELSE Sum(a - 1, b)
====
