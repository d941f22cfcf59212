-------------------------------- MODULE Handed --------------------------------
\* Primes and ENABLED behind parameters: what is handed on is the variable, and not its value.
EXTENDS Naturals
VARIABLE x

Ap(Op(_), v) == Op(v)
Twice(Op(_), v) == Ap(Op, v) /\ Ap(Op, v)
Next1(v) == v'
Same(v) == v' = v
Change(v) == v' # v
En(v) == ENABLED (v' = 1)
Behind(v) == En(v)

Init == x = 0
Step == x < 3 /\ x' = x + 1 /\ Ap(Next1, x) = x + 1 /\ Twice(Change, x)

Can == Behind(x) /\ Ap(En, x)
Low == Ap(LAMBDA v : v < 2, x)
Changes == [][Ap(Change, x)]_x
Stays == [][Ap(Same, x)]_x
===============================================================================
