------------------------------- MODULE Nested -------------------------------
\* Modules within the module.
EXTENDS Naturals, Sequences
CONSTANT Size
VARIABLES stack, top

---------------------------- MODULE Bounded ----------------------------
CONSTANTS Max, Items
VARIABLE s
LOCAL Room == Len(s) < Max
Push(x) == Room /\ s' = <<x>> \o s
Pop == s # <<>> /\ s' = Tail(s)
Any == (\E x \in Items : Push(x)) \/ Pop
Fine == s \in UNION {[1..n -> Items] : n \in 0..Max}
=========================================================================

Stack == INSTANCE Bounded WITH Max <- Size, Items <- {"a", "b"}, s <- stack

Init == stack = <<>> /\ top = "none"
Next == Stack!Any /\ top' = IF stack' = <<>> THEN "none" ELSE Head(stack')
Spec == Init /\ [][Next]_<<stack, top>>

Shown == top = IF Len(stack) = 0 THEN "none" ELSE stack[1]
Fine == Stack!Fine
NeverAbab == stack # <<"a", "b", "a", "b">>
=============================================================================
