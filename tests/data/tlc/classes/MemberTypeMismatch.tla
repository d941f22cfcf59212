---- MODULE MemberTypeMismatch ----
EXTENDS Naturals
VARIABLE x

Init == x = "a"
Next == x' = x
TypeOK == x \in {1, 2}
====
