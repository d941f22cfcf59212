---- MODULE Lexical ----
VARIABLE x
Init == x = "open
Next == TRUE
====
