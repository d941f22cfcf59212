------------------------------- MODULE Words -------------------------------
\* Strings beside sequences: membership, length and joining of both, sets of strings, and words that are rewritten by rules.
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS Alphabet, Most, Rules
VARIABLES word, text

Swap == [from |-> <<"b", "a">>, to |-> <<"a", "b">>]
Shrink == [from |-> <<"a", "a">>, to |-> <<"b">>]
Split == [from |-> <<"b">>, to |-> <<"a", "a">>]
All == {Swap, Shrink, Split}
Words == UNION {[1..n -> Alphabet] : n \in 0..Most}
Matches(w, r, i) == i + Len(r.from) - 1 <= Len(w) /\ SubSeq(w, i, i + Len(r.from) - 1) = r.from
Rewrite(w, r, i) == SubSeq(w, 1, i - 1) \o r.to \o SubSeq(w, i + Len(r.from), Len(w))
RECURSIVE Text(_)
Text(w) == IF w = <<>> THEN "" ELSE Head(w) \o Text(Tail(w))

Init == word \in {w \in Words : Len(w) = Most - 1} /\ text = "start"
Apply == \E r \in Rules : \E i \in 1..Len(word) :
  /\ Matches(word, r, i)
  /\ Len(Rewrite(word, r, i)) <= Most
  /\ word' = Rewrite(word, r, i)
  /\ text' = Text(word')
Next == Apply
Spec == Init /\ [][Next]_<<word, text>>

Typed == word \in Seq(Alphabet) /\ text \in STRING /\ "start" \in STRING /\ ~(1 \in Nat /\ word \in Seq({"c"}) /\ word # <<>>)
Long == text = "start" \/ Len(text) = Len(word)
Same == text = "start" \/ text = Text(word)
Ends == text # "aab" /\ (Len(text) = 3 => SubSeq(text, 1, 2) # "bb")
Known == text \in Alphabet \cup {"start"} \/ \E a \in Alphabet : \E w \in Words : text = a \o Text(w)
=============================================================================
