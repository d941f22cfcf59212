---- MODULE GuardedField ----
EXTENDS Naturals, Sequences
VARIABLES inbox, last

Init == inbox = << [term |-> 1], [term |-> 1, entry |-> 7] >> /\ last = 0

\* mail.rs:7-14 Node::receive
Receive ==
    /\ inbox # <<>>                             \* mail.rs:8
    /\ \/ /\ last' = Head(inbox).entry          \* mail.rs:10
          /\ inbox' = Tail(inbox)               \* mail.rs:8
       \/ /\ "entry" \notin DOMAIN Head(inbox)  \* mail.rs:11
          /\ last' = 0                          \* mail.rs:12
          /\ inbox' = Tail(inbox)               \* mail.rs:8

Rest == inbox = <<>> /\ UNCHANGED <<inbox, last>>
Next == Receive \/ Rest
Spec == Init /\ [][Next]_<<inbox, last>>
Known == last \in {0, 7}
====
