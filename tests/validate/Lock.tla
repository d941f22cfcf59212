---- MODULE Lock ----
\* Every node offers a lock to all nodes. Requests, grants and releases are messages; the network is a bag.
EXTENDS Naturals, Sequences, FiniteSets, Bags, TLC

CONSTANTS Server, None

VARIABLES
    clock,      \* a logical clock
    heard,      \* the last clock heard from each node
    holder,     \* who has this node's lock
    queue,      \* who waits for it
    waiting,    \* whose locks this node waits for
    held,       \* whose locks it has
    messages,
    up

vars == <<clock, heard, holder, queue, waiting, held, messages, up>>

Init ==
    /\ clock = [s \in Server |-> 0]
    /\ heard = [s \in Server |-> [t \in Server |-> 0]]
    /\ holder = [s \in Server |-> None]
    /\ queue = [s \in Server |-> <<>>]
    /\ waiting = [s \in Server |-> {}]
    /\ held = [s \in Server |-> {}]
    /\ messages = EmptyBag
    /\ up = [s \in Server |-> TRUE]

Max(a, b) == IF a > b THEN a ELSE b

Message(type, from, to, time) == [type |-> type, from |-> from, to |-> to, time |-> time]

Receives(s, m) ==
    /\ clock' = [clock EXCEPT ![s] = Max(@, m.time) + 1]
    /\ heard' = [heard EXCEPT ![s][m.from] = m.time]

Request(s, p) ==
    /\ up[s]
    /\ p \notin waiting[s]
    /\ p \notin held[s]
    /\ waiting' = [waiting EXCEPT ![s] = @ \cup {p}]
    /\ clock' = [clock EXCEPT ![s] = @ + 1]
    /\ messages' = messages (+) SetToBag({Message("Request", s, p, clock'[s])})
    /\ UNCHANGED <<heard, holder, queue, held, up>>

HandleRequest(s, m) ==
    /\ up[s]
    /\ BagIn(m, messages)
    /\ m.type = "Request" /\ m.to = s
    /\ Receives(s, m)
    /\ IF holder[s] = None
       THEN /\ holder' = [holder EXCEPT ![s] = m.from]
            /\ messages' = (messages (-) SetToBag({m})) (+) SetToBag({Message("Grant", s, m.from, clock'[s])})
            /\ UNCHANGED queue
       ELSE /\ queue' = [queue EXCEPT ![s] = Append(@, m.from)]
            /\ messages' = messages (-) SetToBag({m})
            /\ UNCHANGED holder
    /\ UNCHANGED <<waiting, held, up>>

HandleGrant(s, m) ==
    /\ up[s]
    /\ BagIn(m, messages)
    /\ m.type = "Grant" /\ m.to = s
    /\ Receives(s, m)
    /\ waiting' = [waiting EXCEPT ![s] = @ \ {m.from}]
    /\ held' = [held EXCEPT ![s] = @ \cup {m.from}]
    /\ messages' = messages (-) SetToBag({m})
    /\ UNCHANGED <<holder, queue, up>>

Release(s, p) ==
    /\ up[s]
    /\ p \in held[s]
    /\ held' = [held EXCEPT ![s] = @ \ {p}]
    /\ clock' = [clock EXCEPT ![s] = @ + 1]
    /\ messages' = messages (+) SetToBag({Message("Release", s, p, clock'[s])})
    /\ UNCHANGED <<heard, holder, queue, waiting, up>>

HandleRelease(s, m) ==
    /\ up[s]
    /\ BagIn(m, messages)
    /\ m.type = "Release" /\ m.to = s
    /\ Receives(s, m)
    /\ IF queue[s] = <<>>
       THEN /\ holder' = [holder EXCEPT ![s] = None]
            /\ messages' = messages (-) SetToBag({m})
            /\ UNCHANGED queue
       ELSE /\ holder' = [holder EXCEPT ![s] = Head(queue[s])]
            /\ queue' = [queue EXCEPT ![s] = Tail(@)]
            /\ messages' = (messages (-) SetToBag({m})) (+) SetToBag({Message("Grant", s, Head(queue[s]), clock'[s])})
    /\ UNCHANGED <<waiting, held, up>>

\* Time may pass or not.
Tick(s) ==
    /\ up[s]
    /\ clock' \in {clock, [clock EXCEPT ![s] = @ + 1]}
    /\ UNCHANGED <<heard, holder, queue, waiting, held, messages, up>>

Pause(s) == up[s] /\ up' = [up EXCEPT ![s] = FALSE] /\ UNCHANGED <<clock, heard, holder, queue, waiting, held, messages>>

Resume(s) == ~up[s] /\ up' = [up EXCEPT ![s] = TRUE] /\ UNCHANGED <<clock, heard, holder, queue, waiting, held, messages>>

Next ==
    \E s \in Server :
        \/ \E p \in Server : Request(s, p) \/ Release(s, p)
        \/ \E m \in DOMAIN messages : HandleRequest(s, m) \/ HandleGrant(s, m) \/ HandleRelease(s, m)
        \/ Tick(s) \/ Pause(s) \/ Resume(s)
====
