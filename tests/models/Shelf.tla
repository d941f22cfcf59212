------------------------------- MODULE Shelf -------------------------------
\* Books on a shelf are sorted by orders that the config chooses, turned by permutations that are composed, and taken by what holds of them.
EXTENDS Naturals, Sequences, FiniteSets, TLC
CONSTANTS Books, Before(_, _), Most
VARIABLES shelf, turn

Weight == [b \in Books |-> Cardinality({c \in Books : c < b})]
Down(a, b) == a > b
ByRest(a, b) == a % 3 < b % 3 \/ (a % 3 = b % 3 /\ a < b)
Never(a, b) == Len(a) < b
Shuffles == Permutations(1..Cardinality(Books))
Composed(f, g) == [i \in DOMAIN f |-> f[g[i]]]
Identity == [i \in 1..Cardinality(Books) |-> i]
Sorted == SortSeq(shelf, Before)
Heavy == SelectSeq(shelf, LAMBDA b : Weight[b] > 0 /\ b # Head(shelf))

Init == shelf = <<>> /\ turn = Identity
Put == \E b \in Books :
  /\ Len(shelf) < Most
  /\ \A i \in 1..Len(shelf) : shelf[i] # b
  /\ \E i \in 0..Len(shelf) : shelf' = SubSeq(shelf, 1, i) \o <<b>> \o SubSeq(shelf, i + 1, Len(shelf))
  /\ UNCHANGED turn
Turn == \E f \in Shuffles :
  /\ Len(shelf) = Cardinality(Books)
  /\ f # Identity
  /\ turn' = Composed(turn, f)
  /\ shelf' = [i \in 1..Len(shelf) |-> shelf[f[i]]]
Take == Len(shelf) > 1 /\ shelf' = Heavy /\ turn' = Identity
Next == Put \/ Turn \/ Take
Spec == Init /\ [][Next]_<<shelf, turn>>

InOrder == \A i \in 1..Len(Sorted) - 1 : Before(Sorted[i], Sorted[i + 1])
SameBooks == {shelf[i] : i \in DOMAIN shelf} = {Sorted[i] : i \in 1..Len(Sorted)} /\ Len(Sorted) = Len(shelf)
Turned == turn \in Shuffles /\ \E f \in Shuffles : Composed(turn, f) = Identity /\ Composed(f, turn) = Identity
NotSorted == Len(shelf) = Most => shelf # Sorted
=============================================================================
