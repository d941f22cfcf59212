---- MODULE UndeclaredSymbol ----
A == {1} \uplus {2}
====
