------------------------------ MODULE Overridden ------------------------------
\* A counter whose config puts other things in the place of what it, a standard module, and an instance define.
EXTENDS Naturals, Sequences
CONSTANT Groups
VARIABLES count, seen
Parts == INSTANCE OverriddenParts
Own == INSTANCE Naturals

Few == 0..2
Ten == 10
Double(s) == 2
Step == 1

Init == count = 0 /\ seen = <<>>
Count == count < 6 /\ count' = count + Step /\ seen' = Append(seen, count)
Spec == Init /\ [][Count]_<<count, seen>>

Natural == count \in Nat
NaturalOfParts == Parts!Ok(count)
NaturalOfInstance == count \in Own!Nat
AsLong == Len(seen) <= count
Five == count = 5 => Parts!Five = 5
Six == count = 6 => Parts!Six = 6
Grouped == count > 3 => \E group \in Groups : 1 \in group
=============================================================================
