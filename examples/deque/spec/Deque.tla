------------------------------- MODULE Deque -------------------------------
(***************************************************************************)
(* What threads may see of one work-stealing deque and one injector of the *)
(* crate crossbeam-deque: each operation takes effect at one moment        *)
(* between its call and its return (it is linearizable). How that is       *)
(* brought about, by two indices and without a lock, is ChaseLev.tla.      *)
(***************************************************************************)
\* specgen: tla 1
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Thread,     \* the threads
    Owner,      \* the one of them that has the Worker; all have a Stealer and the Injector
    Value       \* the tasks; each is pushed once at most

ASSUME Owner \in Thread

VARIABLES
    flavor,     \* from which end the owner pops, "fifo" or "lifo"; "none" while there is no Worker
    items,      \* the deque: tasks are pushed at its end, and stolen from its front
    queue,      \* the injector
    pushed,     \* history: all tasks that the owner pushed, in that order
    injected,   \* history: all tasks that were injected, in that order
    got,        \* history: the tasks that each thread was given, in that order
    answer      \* what the last operation of each thread returned

vars == <<flavor, items, queue, pushed, injected, got, answer>>

Range(s) == {s[i] : i \in DOMAIN s}

Done == <<"done">>
Empty == <<"empty">>
Retry == <<"retry">>
Success(v) == <<"success", v>>

IsNew(v) == v \notin Range(pushed) /\ v \notin Range(injected)

Init ==
    /\ flavor = "none"
    /\ items = <<>>
    /\ queue = <<>>
    /\ pushed = <<>>
    /\ injected = <<>>
    /\ got = [t \in Thread |-> <<>>]
    /\ answer = [t \in Thread |-> Done]

-----------------------------------------------------------------------------

Answer(t, what) == answer' = [answer EXCEPT ![t] = what]

(* t is given the task v. *)
Give(t, v) ==
    /\ got' = [got EXCEPT ![t] = Append(@, v)]
    /\ Answer(t, Success(v))

(* Worker::new_fifo and Worker::new_lifo *)
New(t, f) ==
    /\ t = Owner
    /\ flavor = "none"
    /\ flavor' = f
    /\ Answer(t, Done)
    /\ UNCHANGED <<items, queue, pushed, injected, got>>

(* Worker::push *)
Push(t, v) ==
    /\ t = Owner
    /\ flavor # "none"
    /\ IsNew(v)
    /\ items' = Append(items, v)
    /\ pushed' = Append(pushed, v)
    /\ Answer(t, Done)
    /\ UNCHANGED <<flavor, queue, injected, got>>

(* Worker::pop of a Worker that was made by new_fifo *)
PopFifo(t) ==
    /\ t = Owner
    /\ flavor = "fifo"
    /\ IF items = <<>>
       THEN /\ Answer(t, Empty)
            /\ UNCHANGED <<items, got>>
       ELSE /\ Give(t, Head(items))
            /\ items' = Tail(items)
    /\ UNCHANGED <<flavor, queue, pushed, injected>>

(* Worker::pop of a Worker that was made by new_lifo *)
PopLifo(t) ==
    /\ t = Owner
    /\ flavor = "lifo"
    /\ IF items = <<>>
       THEN /\ Answer(t, Empty)
            /\ UNCHANGED <<items, got>>
       ELSE /\ Give(t, items[Len(items)])
            /\ items' = SubSeq(items, 1, Len(items) - 1)
    /\ UNCHANGED <<flavor, queue, pushed, injected>>

(* Stealer::steal. Retry says that another operation was in the way, and promises nothing: it may come at any time. *)
Steal(t) ==
    /\ flavor # "none"
    /\ \/ /\ items = <<>>
          /\ Answer(t, Empty)
          /\ UNCHANGED <<items, got>>
       \/ /\ items # <<>>
          /\ Give(t, Head(items))
          /\ items' = Tail(items)
       \/ /\ Answer(t, Retry)
          /\ UNCHANGED <<items, got>>
    /\ UNCHANGED <<flavor, queue, pushed, injected>>

(* Injector::push *)
Inject(t, v) ==
    /\ IsNew(v)
    /\ queue' = Append(queue, v)
    /\ injected' = Append(injected, v)
    /\ Answer(t, Done)
    /\ UNCHANGED <<flavor, items, pushed, got>>

(* Injector::steal *)
Take(t) ==
    /\ \/ /\ queue = <<>>
          /\ Answer(t, Empty)
          /\ UNCHANGED <<queue, got>>
       \/ /\ queue # <<>>
          /\ Give(t, Head(queue))
          /\ queue' = Tail(queue)
       \/ /\ Answer(t, Retry)
          /\ UNCHANGED <<queue, got>>
    /\ UNCHANGED <<flavor, items, pushed, injected>>

Next ==
    \E t \in Thread :
        \/ \E f \in {"fifo", "lifo"} : New(t, f)
        \/ \E v \in Value : Push(t, v) \/ Inject(t, v)
        \/ PopFifo(t)
        \/ PopLifo(t)
        \/ Steal(t)
        \/ Take(t)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

TypeOK ==
    /\ flavor \in {"none", "fifo", "lifo"}
    /\ \A s \in {items, queue, pushed, injected} : DOMAIN s = 1..Len(s) /\ Range(s) \subseteq Value
    /\ DOMAIN got = Thread /\ \A t \in Thread : Range(got[t]) \subseteq Value
    /\ DOMAIN answer = Thread
    /\ \A t \in Thread : answer[t] \in {Done, Empty, Retry} \cup {Success(v) : v \in Range(got[t])}

(* No task is given twice, be it to one thread or to two, and none that was given is still there. *)
NothingTwice ==
    /\ \A t \in Thread : Cardinality(Range(got[t])) = Len(got[t])
    /\ \A t, u \in Thread : t # u => Range(got[t]) \cap Range(got[u]) = {}
    /\ \A t \in Thread : Range(got[t]) \cap (Range(items) \cup Range(queue)) = {}

Given == UNION {Range(got[t]) : t \in Thread}

(* What was pushed is still there or was given to somebody; and nothing else was. *)
NothingLost ==
    Range(pushed) \cup Range(injected) = Range(items) \cup Range(queue) \cup Given

(* A FIFO deque and the injector have what came last, in its order. *)
InOrder ==
    /\ flavor = "fifo" => items = SubSeq(pushed, Len(pushed) - Len(items) + 1, Len(pushed))
    /\ queue = SubSeq(injected, Len(injected) - Len(queue) + 1, Len(injected))

(* Of any deque, what is nearer to the front was pushed earlier: a stealer is given the oldest task. *)
OldestFirst ==
    LET IsThere(v) == v \in Range(items)
    IN  items = SelectSeq(pushed, IsThere)

=============================================================================
