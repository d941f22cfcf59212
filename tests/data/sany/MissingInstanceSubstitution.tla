---- MODULE MissingInstanceSubstitution ----
VARIABLE z
M == INSTANCE Clean
====
