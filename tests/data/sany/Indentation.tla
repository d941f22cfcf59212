---- MODULE Indentation ----
VARIABLE x, y
Next == /\ x = 1
        /\ LET two == 2
        IN y = two
        /\ x' = y
====
