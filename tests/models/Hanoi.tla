------------------------------- MODULE Hanoi -------------------------------
EXTENDS Naturals, Sequences
CONSTANT Disks
VARIABLE pegs

Peg == {1, 2, 3}
Tower == [d \in 1..Disks |-> d]
Init == pegs = <<Tower, <<>>, <<>>>>
Fits(disk, peg) == IF peg = <<>> THEN TRUE ELSE disk < Head(peg)
Next == \E from, to \in Peg :
  /\ from # to
  /\ pegs[from] # <<>>
  /\ Fits(Head(pegs[from]), pegs[to])
  /\ pegs' = [pegs EXCEPT ![from] = Tail(@), ![to] = <<Head(pegs[from])>> \o @]
Spec == Init /\ [][Next]_pegs

Sorted == \A p \in Peg : \A i \in 1..Len(pegs[p]) - 1 : pegs[p][i] < pegs[p][i + 1]
NotDone == pegs[3] # Tower
=============================================================================
