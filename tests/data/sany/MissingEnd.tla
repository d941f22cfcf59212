---- MODULE MissingEnd ----
VARIABLE x
Init == x = 1
