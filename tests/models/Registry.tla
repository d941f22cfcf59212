------------------------------ MODULE Registry ------------------------------
\* Registers of TLC in constraints and invariants: how far the search is, and what it wrote down itself.
EXTENDS Naturals, Sequences, TLC
CONSTANTS Far, Most
VARIABLES log, sum

ASSUME TLCSet(1, 0) /\ TLCSet(2, <<"none">>)
Init == log = <<>> /\ sum = 0 /\ TLCSet(3, "begun")
Add == \E n \in 1..3 :
  /\ sum + n <= Most
  /\ log' = Append(log, n)
  /\ sum' = sum + n
Drop ==
  /\ log # <<>>
  /\ log' = Tail(log)
  /\ sum' = sum - Head(log)
  /\ TLCGet("level") > 2
Next == Add \/ Drop
Spec == Init /\ [][Next]_<<log, sum>>

Shallow == TLCGet("level") <= Far
Noted == TLCSet(1, sum) /\ TLCGet(1) = sum
Fresh == TLCGet(1) <= Most /\ TLCGet(2) = <<"none">> /\ TLCGet(3) = "begun"
Written == ToString(log) # "<<1, 2, 3, 3>>"
Named == (sum = 2) => ToString(<<sum, log>>) \in {"<<2, <<2>>>>", "<<2, <<1, 1>>>>"}
Printed == IF sum = 1 THEN PrintT(<<"one", log>>) /\ Print("value", TRUE) ELSE TRUE
Asserted == Assert(Len(log) < Far, <<"too long", log>>)
=============================================================================
