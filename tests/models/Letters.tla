------------------------------ MODULE Letters ------------------------------
\* Operators of sequences that take strings apart and put them together.
EXTENDS Naturals, Sequences
CONSTANT Least
VARIABLES rest, text

Init == rest = "letters" /\ text = ""
Take == Len(rest) >= Least /\ rest' = Tail(rest) /\ text' = Append(text, Head(rest))
Swap == Len(rest) = 2 /\ rest' = SubSeq(rest, 2, 2) \o SubSeq(rest, 1, 1) /\ UNCHANGED text
Drop == Len(text) > 4 /\ text' = SubSeq(text, 3, Len(text) - 1) /\ UNCHANGED rest
Next == Take \/ Swap \/ Drop
Spec == Init /\ [][Next]_<<rest, text>>

Vowels == SelectSeq(text, LAMBDA letter : letter \in {"a", "e"})
Typed == rest \in STRING /\ text \in STRING /\ Vowels \in Seq({"e"}) /\ SubSeq(text, 9, 8) = ""
Few == Len(Vowels) < 2
Within == SubSeq(text, 1, Least + 2) # "let"
=============================================================================
