--------------------------- MODULE AlternatingBit ---------------------------
\* The alternating bit protocol over two channels that lose and double messages. Bits = 1: there is no bit to tell a message
\* from the one before.
EXTENDS Naturals, Sequences
CONSTANTS Bits, Capacity, Last
VARIABLES toSend, bit, sent, expected, received, forth, back

vars == <<toSend, bit, sent, expected, received, forth, back>>
sender == <<toSend, bit, sent>>
receiver == <<expected, received>>

Init ==
  /\ toSend = 1 /\ bit = 0 /\ sent = 0
  /\ expected = 0 /\ received = <<>>
  /\ forth = <<>> /\ back = <<>>

Put(channel, m) == IF Len(channel) < Capacity THEN Append(channel, m) ELSE channel

Send ==
  /\ toSend <= Last
  /\ forth' = Put(forth, [bit |-> bit, data |-> toSend])
  /\ sent' = toSend
  /\ UNCHANGED <<toSend, bit, back, receiver>>

Receive ==
  /\ forth # <<>>
  /\ LET m == Head(forth) IN
       /\ IF m.bit = expected
            THEN /\ received' = Append(received, m.data)
                 /\ expected' = (expected + 1) % Bits
            ELSE UNCHANGED receiver
       /\ back' = Put(back, m.bit)
  /\ forth' = Tail(forth)
  /\ UNCHANGED sender

Acknowledged ==
  /\ back # <<>>
  /\ IF Head(back) = bit /\ sent = toSend
       THEN toSend' = toSend + 1 /\ bit' = (bit + 1) % Bits
       ELSE UNCHANGED <<toSend, bit>>
  /\ back' = Tail(back)
  /\ UNCHANGED <<sent, forth, receiver>>

Without(s, i) == [j \in 1..Len(s) - 1 |-> IF j < i THEN s[j] ELSE s[j + 1]]
Lose ==
  \/ \E i \in DOMAIN forth : forth' = Without(forth, i) /\ UNCHANGED <<sender, receiver, back>>
  \/ \E i \in 1..Len(back) : back' = Without(back, i) /\ UNCHANGED <<sender, receiver, forth>>

Next == Send \/ Receive \/ Acknowledged \/ Lose
Spec == Init /\ [][Next]_vars

Bounded == Len(received) <= Last + 1
InOrder == \A i \in 1..Len(received) : received[i] = i
=============================================================================
