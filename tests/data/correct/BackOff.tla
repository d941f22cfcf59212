---- MODULE BackOff ----
EXTENDS Naturals
VARIABLES backoff, tries

Init == backoff = 1 /\ tries = 0
Retry == backoff' = backoff * 2 /\ tries' = (tries + 1) % 3
Reset == tries = 2 /\ tries' = 0 /\ UNCHANGED backoff
Next == Retry \/ Reset
Spec == Init /\ [][Next]_<<backoff, tries>>
Few == tries < 3
====
