------------------------------ MODULE Assumed ------------------------------
\* What is assumed of the constants is looked at first; a search within constraints of several kinds, with a view.
EXTENDS Integers, FiniteSets, Sequences
CONSTANTS Sizes, Limit, Low
VARIABLES pile, steps, best

ASSUME IsFiniteSet(Sizes) /\ Sizes \subseteq Nat \ {0}
ASSUME Bounded == \A s \in Sizes : s <= Limit
ASSUME \E s \in Sizes : \A t \in Sizes : s <= t /\ t % s = 0
ASSUME Inequality == LET RECURSIVE Sum(_)
                         Sum(S) == IF S = {} THEN 0 ELSE LET s == CHOOSE s \in S : TRUE IN s + Sum(S \ {s})
                     IN Sum(Sizes) \in Low + 1..3 * Limit
Init == pile = <<>> /\ steps = 0 /\ best = 0
Height(p) == LET h[i \in 0..Len(p)] == IF i = 0 THEN 0 ELSE h[i - 1] + p[i] IN h[Len(p)]
Put == \E s \in Sizes : pile' = Append(pile, s) /\ best' = IF Height(pile') > best THEN Height(pile') ELSE best
Take == pile # <<>> /\ pile' = Tail(pile) /\ UNCHANGED best
Next == (Put \/ Take) /\ steps' = steps + 1
Spec == Init /\ [][Next]_<<pile, steps, best>>

Lower == best <= Limit
Near == Len(pile) <= 3
Steady == steps' = steps + 1 /\ (Len(pile') > Len(pile) => Height(pile') <= Limit)
Rising == best' >= best /\ ~(best = 4 /\ best' = 6)
View == <<pile, best>>
Enough == best >= Height(pile) /\ steps >= Len(pile)
Below == Len(pile) = 3 => best < Limit + 2
Even == [][best' > best => (best' - best) % 2 = 0 \/ pile = <<>>]_best
=============================================================================
