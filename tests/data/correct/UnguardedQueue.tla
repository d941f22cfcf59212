---- MODULE UnguardedQueue ----
EXTENDS Naturals, Sequences
VARIABLES inbox, last

Init == inbox = <<>> /\ last = 0

\* mail.rs:16-18 Node::back_off
BackOff ==
    /\ last' = Head(inbox)   \* mail.rs:17
    /\ UNCHANGED inbox

Next == BackOff
Spec == Init /\ [][Next]_<<inbox, last>>
Small == last <= 1
====
