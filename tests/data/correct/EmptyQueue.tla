---- MODULE EmptyQueue ----
EXTENDS Naturals, Sequences
VARIABLES queue, last

Init == queue = <<>> /\ last = 0
Put == Len(queue) < 2 /\ queue' = Append(queue, 1) /\ UNCHANGED last
Get == last' = Head(queue) /\ queue' = Tail(queue)
Next == Put \/ Get
Spec == Init /\ [][Next]_<<queue, last>>
Small == last <= 1
====
