---- MODULE Spin ----
\* A lock that is tried once.
CONSTANT Thread
VARIABLE owner

Init == owner = "none"

TryLock(t) == owner = "none" /\ owner' = t

TryLockFail(t) == owner # "none" /\ UNCHANGED owner

Unlock(t) == owner = t /\ owner' = "none"

Expire == owner # "none" /\ owner' = "none"
====
