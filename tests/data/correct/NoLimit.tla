---- MODULE NoLimit ----
EXTENDS Naturals, Sequences
CONSTANT Limit
VARIABLE queue

Init == queue = <<>>
Put == Len(queue) < Limit /\ queue' = Append(queue, Len(queue))
Get == queue # <<>> /\ queue' = Tail(queue)
Next == Put \/ Get
Spec == Init /\ [][Next]_queue
Short == Len(queue) <= Limit
====
