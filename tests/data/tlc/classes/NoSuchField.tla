---- MODULE NoSuchField ----
VARIABLE x

Init == x = [kind |-> "vote"]
Next == x' = [x EXCEPT !.kind = x.term]
====
