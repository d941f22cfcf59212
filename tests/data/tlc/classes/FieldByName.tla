---- MODULE FieldByName ----
VARIABLE x

Init == x = "b"
Next == x' = [a |-> "a"][x]
====
