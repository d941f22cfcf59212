---- MODULE InvariantFails ----
EXTENDS Naturals
VARIABLE x

Init == x = 0
Next == x' = x + 1
Known == x \in DOMAIN <<1>> => <<1>>[x + 1] > 0
====
