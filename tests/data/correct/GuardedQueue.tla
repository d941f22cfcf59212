---- MODULE GuardedQueue ----
EXTENDS Naturals, Sequences
VARIABLES queue, last

Init == queue = <<>> /\ last = 0

\* queue.py:6-8 Queue.put
Put == Len(queue) < 2 /\ queue' = Append(queue, 1) /\ UNCHANGED last

\* queue.py:10-13 Queue.get
Get ==
    /\ last' = Head(queue)      \* queue.py:12
    /\ queue' = Tail(queue)     \* queue.py:13

Next == Put \/ Get
Spec == Init /\ [][Next]_<<queue, last>>
Small == last <= 1
====
