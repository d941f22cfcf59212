---- MODULE MissingUnchanged ----
EXTENDS Naturals
VARIABLES sent, got, lost

Init == sent = 0 /\ got = 0 /\ lost = 0

Send ==
    /\ sent < 3
    /\ sent' = sent + 1   \* the others stay
    /\ UNCHANGED got

Receive ==
    /\ got + lost < sent
    /\ got' = got + 1
    /\ UNCHANGED <<sent, lost>>

Lose == got + lost < sent /\ lost' = lost + 1 /\ UNCHANGED sent

Rest == got + lost = 3 /\ UNCHANGED <<sent, got, lost>>

Next == Send \/ Receive \/ Lose \/ Rest

Counted == got + lost <= sent
====
