------------------------------- MODULE Named -------------------------------
\* Variables are given their values by names that stand for them, with a prime or without.
EXTENDS Naturals
VARIABLES x, y

Is(v, k) == v = k
Same(v, k) == Is(v, k)
By(F(_), v) == F(v)
Init == Same(x, 1) /\ \E k \in {1} : By(LAMBDA v : v = k, y)

both == <<x, y>>
Keep(v) == UNCHANGED v
KeepMore(v) == UNCHANGED <<v, 1 + 1>>
Two == Is(x, 2)
Later == y'
Latest == Later
Four(v) == v = 4
Sum == x + y

Next ==
  \/ LET z == y' IN z = 2 /\ Keep(x)
  \/ Latest = 3 /\ UNCHANGED x
  \/ Keep(both)
  \/ KeepMore(<<x, y>>)
  \/ Keep(<<x>>) /\ Same(y', 5)
  \/ KeepMore(x) /\ LET a == y b == a IN b' = 7
  \/ UNCHANGED x /\ LET Nine(v) == v' = 9 IN Nine(y)
  \/ UNCHANGED y /\ (By(Four, x') \/ By(LAMBDA v : v' \in {3, 6}, x) \/ By(LAMBDA v : UNCHANGED v, <<x>>))
  \/ Same(x', 1) /\ Same(y', 1)

\* The sum waits for both values, so it is not of a name.
Wrong == (Same(Sum, 3) /\ Same(x', 1) /\ UNCHANGED y) \/ Next
Unnamed == Is((Sum)', 3) /\ UNCHANGED both
Limit == Sum < 16
Enough == ENABLED Unnamed
=============================================================================
