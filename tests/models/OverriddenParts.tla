---------------------------- MODULE OverriddenParts ----------------------------
\* What Overridden instantiates.
EXTENDS Naturals
Five == 5
Six == Five + 1
Ok(n) == n \in Nat
=============================================================================
