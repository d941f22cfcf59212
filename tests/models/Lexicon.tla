------------------------------ MODULE Lexicon ------------------------------
\* CHOOSE takes the string that was seen first: what the config says, words of the language, then those of each module in the order
\* in which they are read, and last what stands only between quotes.
EXTENDS LexiconTerms, Sequences
CONSTANT Favourite
VARIABLES left, said

Notes == INSTANCE LexiconNotes

Words == {"pear", "apple", "UNION", "noted", "Len", "+", "term", "Nat", "deeper", "said", "SelectSeq", "b", "Terms", "->", Favourite}

Init == left = Words /\ said = <<>>
Next == /\ left # {}
        /\ LET first == CHOOSE word \in left : TRUE
           IN left' = left \ {first} /\ said' = Append(said, first)
Spec == Init /\ [][Next]_<<left, said>>

Order == <<"zebra", "+", "UNION", "said", "Len", "Terms", "term", "->", "Nat", "SelectSeq", "b", "noted", "deeper", "pear", "apple">>
Said == said = SubSeq(Order, 1, Len(said))
Short == Len(said) > 0 => said[Len(said)] # "Len"
=============================================================================
