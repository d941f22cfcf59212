---------------------------- MODULE SlidingWindow ----------------------------
\* Go-back-N over lossy sets of messages whose numbers wrap around; right as long as the window is smaller than the
\* numbers are many.
EXTENDS Naturals, FiniteSets, Sequences
CONSTANTS Window, Numbers, Last
VARIABLES base, next, want, data, acks

vars == <<base, next, want, data, acks>>
Init == base = 0 /\ next = 0 /\ want = 0 /\ data = <<>> /\ acks = <<>>

Transmit ==
  /\ next < base + Window
  /\ next < Last
  /\ Len(data) < 3
  /\ data' = Append(data, <<next % Numbers, next>>)
  /\ next' = next + 1
  /\ UNCHANGED <<base, want, acks>>

Deliver ==
  /\ data # << >>
  /\ want' = IF data[1][1] = want % Numbers THEN want + 1 ELSE want
  /\ acks' = IF Len(acks) < 2 THEN acks \o <<want' % Numbers>> ELSE acks
  /\ data' = Tail(data)
  /\ UNCHANGED <<base, next>>

\* The sender takes an answer for the newest number that it may stand for.
Confirm ==
  /\ acks # << >>
  /\ LET fits == {k \in base..next : k % Numbers = Head(acks)}
     IN base' = IF fits = {} THEN base ELSE CHOOSE k \in fits : \A other \in fits : other <= k
  /\ acks' = Tail(acks)
  /\ UNCHANGED <<next, want, data>>

Timeout == base < next /\ next' = base /\ UNCHANGED <<base, want, data, acks>>
Drop ==
  \/ data # << >> /\ data' = Tail(data) /\ UNCHANGED <<base, next, want, acks>>
  \/ acks # << >> /\ acks' = Tail(acks) /\ UNCHANGED <<base, next, want, data>>

Next == Transmit \/ Deliver \/ Confirm \/ Timeout \/ Drop
Spec == Init /\ [][Next]_vars

Behind == base <= want
=============================================================================
