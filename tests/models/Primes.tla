------------------------------- MODULE Primes -------------------------------
\* Primes on expressions and definitions, aliases in UNCHANGED, assignments by \A, by CASE and by IF, guards after them.
EXTENDS Naturals, FiniteSets
CONSTANT N
VARIABLES lamp, count, mode

I == 1..N
lamps == <<lamp, count>>
vars == <<lamps, mode>>
Lit == {i \in I : lamp[i]}
Bright == Cardinality(Lit)
Twin(a, b) == a' = b'

Init == (\A i \in I : lamp = [j \in I |-> FALSE]) /\ count = Bright /\ mode \in {"up", "down"}
Switch(i) ==
  /\ lamp' = [lamp EXCEPT ![i] = ~@]
  /\ CASE mode = "up" -> Bright' > Bright
       [] mode = "down" -> Lit' \subseteq Lit /\ Lit # Lit'
  /\ count' = Bright'
  /\ UNCHANGED mode
Turn ==
  /\ Bright \in {0, N}
  /\ \/ mode = "up" /\ mode' = "down"
     \/ mode = "down" /\ mode' = "up"
  /\ UNCHANGED lamps
Again == (mode = "up" /\ Bright = N) /\ (UNCHANGED vars \/ (lamp' = lamp /\ count' \in {count} /\ Twin(mode, mode) /\ mode' = mode))
Next == (\E i \in I : Switch(i)) \/ Turn
Stuck == Next \/ Again
Spec == Init /\ [][Next]_vars
Wrong == Init /\ [][Stuck]_vars

Counted == count = Cardinality(Lit)
Monotone == [][mode' = mode => (mode = "up" <=> (Bright)' > Bright)]_<<lamp, mode>>
=============================================================================
