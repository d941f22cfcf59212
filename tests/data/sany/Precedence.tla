---- MODULE Precedence ----
VARIABLE x, y
Next == x = 1 => y = 2 /\ x = y \/ y = x
====
