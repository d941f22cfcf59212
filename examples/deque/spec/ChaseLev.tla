------------------------------ MODULE ChaseLev ------------------------------
(***************************************************************************)
(* How src/deque.rs of crossbeam-deque does what Deque.tla says: the owner *)
(* moves `back`, all move `front`, and nobody takes a lock. One step is    *)
(* one access to memory that is shared; the accesses are in one order (the *)
(* model says nothing of weaker orders), and the buffer has no end.        *)
(*                                                                         *)
(* Beside it runs an observer, who keeps all deques that there may be by   *)
(* now if each operation took effect at one moment between its call and    *)
(* its return. Where there is none, the operations are not linearizable.   *)
(***************************************************************************)
\* specgen: tla 1
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
    Owner,      \* the thread that pushes and pops
    Thief,      \* the threads that steal
    Fifo,       \* whether the owner pops at the front
    Exchanged,  \* whether a steal moves the front by compare_exchange; else by a store, as in bugs/steal-without-exchange.patch
    Tasks       \* how many tasks are pushed: 1, 2, ...

Thread == {Owner} \cup Thief

VARIABLES
    front, back,    \* the indices; the tasks are those at front .. back - 1
    buffer,         \* what was written at each index
    count,          \* how many pushes began
    pc,             \* what each thread does next; "idle" between two operations
    f, task,        \* what it has read: the front, and a task
    may             \* the observer: what may be

vars == <<front, back, buffer, count, pc, f, task, may>>

None == 0
ToPush(v) == <<"push", v>>
ToPop == <<"pop">>
ToSteal == <<"steal">>
Idle == <<"idle">>
Done == <<"done">>
Empty == <<"empty">>
Retry == <<"retry">>
Success(v) == <<"success", v>>

-----------------------------------------------------------------------------
\* The observer. One of the deques that may be: `items`, and what each operation that is under way gave, or is about to do.

AfterPush(c, t, v) == [c EXCEPT !.items = Append(@, v), !.gave[t] = Done]

AfterPop(c, t) ==
    IF c.items = <<>> THEN [c EXCEPT !.gave[t] = Empty]
    ELSE IF Fifo THEN [items |-> Tail(c.items), gave |-> [c.gave EXCEPT ![t] = Success(Head(c.items))]]
    ELSE [items |-> SubSeq(c.items, 1, Len(c.items) - 1), gave |-> [c.gave EXCEPT ![t] = Success(c.items[Len(c.items)])]]

AfterSteal(c, t) ==
    IF c.items = <<>> THEN [c EXCEPT !.gave[t] = Empty]
    ELSE [items |-> Tail(c.items), gave |-> [c.gave EXCEPT ![t] = Success(Head(c.items))]]

(* t's operation takes effect. *)
After(c, t) ==
    CASE Head(c.gave[t]) = "push" -> AfterPush(c, t, c.gave[t][2])
      [] c.gave[t] = ToPop -> AfterPop(c, t)
      [] c.gave[t] = ToSteal -> AfterSteal(c, t)
      [] OTHER -> c

Once(these) == these \cup UNION {{After(c, t) : t \in Thread} : c \in these}

RECURSIVE Closed(_, _)
Closed(these, times) == IF times = 0 THEN these ELSE Closed(Once(these), times - 1)

(* An operation begins: from now on it may take effect, before or after each of the others that are under way. *)
Call(t, op) == may' = Closed({[c EXCEPT !.gave[t] = op] : c \in may}, Cardinality(Thread))

(* It ends: of what may be stays what gave this answer. Who is told to try again was given nothing. *)
Return(t, answer) ==
    LET gave == IF answer = Retry THEN ToSteal ELSE answer
    IN may' = {[c EXCEPT !.gave[t] = Idle] : c \in {d \in may : d.gave[t] = gave}}

-----------------------------------------------------------------------------

Init ==
    /\ front = 0
    /\ back = 0
    /\ buffer = <<>>
    /\ count = 0
    /\ pc = [t \in Thread |-> "idle"]
    /\ f = [t \in Thread |-> 0]
    /\ task = [t \in Thread |-> None]
    /\ may = {[items |-> <<>>, gave |-> [t \in Thread |-> Idle]]}

Go(t, to) == pc' = [pc EXCEPT ![t] = to]

Read(index) == IF index + 1 \in DOMAIN buffer THEN buffer[index + 1] ELSE None

(* The operation ends, and nobody looks at what the thread has read any more. *)
End(t, answer) ==
    /\ Go(t, "idle")
    /\ f' = [f EXCEPT ![t] = 0]
    /\ task' = [task EXCEPT ![t] = None]
    /\ Return(t, answer)

-----------------------------------------------------------------------------
\* Worker::push

Push ==
    /\ pc[Owner] = "idle"
    /\ count < Tasks
    /\ count' = count + 1
    /\ Go(Owner, "push: write")
    /\ Call(Owner, ToPush(count + 1))
    /\ UNCHANGED <<front, back, buffer, f, task>>

PushWrites ==
    /\ pc[Owner] = "push: write"
    /\ buffer' = IF back + 1 \in DOMAIN buffer
                 THEN [buffer EXCEPT ![back + 1] = count]
                 ELSE Append(buffer, count)
    /\ Go(Owner, "push: back")
    /\ UNCHANGED <<front, back, count, f, task, may>>

PushMovesBack ==
    /\ pc[Owner] = "push: back"
    /\ back' = back + 1
    /\ End(Owner, Done)
    /\ UNCHANGED <<front, buffer, count>>

-----------------------------------------------------------------------------
\* Worker::pop

(* Only the owner writes the back, so that it need not read it. *)
Pop ==
    /\ pc[Owner] = "idle"
    /\ Go(Owner, "pop: look")
    /\ Call(Owner, ToPop)
    /\ UNCHANGED <<front, back, buffer, count, f, task>>

PopLooks ==
    /\ pc[Owner] = "pop: look"
    /\ IF back - front <= 0
       THEN /\ End(Owner, Empty)
       ELSE /\ Go(Owner, IF Fifo THEN "pop: front" ELSE "pop: back")
            /\ UNCHANGED <<f, task, may>>
    /\ UNCHANGED <<front, back, buffer, count>>

(* fetch_add *)
PopMovesFront ==
    /\ pc[Owner] = "pop: front"
    /\ front' = front + 1
    /\ f' = [f EXCEPT ![Owner] = front]
    /\ Go(Owner, IF back - (front + 1) < 0 THEN "pop: front again" ELSE "pop: read")
    /\ UNCHANGED <<back, buffer, count, task, may>>

PopRestoresFront ==
    /\ pc[Owner] = "pop: front again"
    /\ front' = f[Owner]
    /\ End(Owner, Empty)
    /\ UNCHANGED <<back, buffer, count>>

PopReads ==
    /\ pc[Owner] = "pop: read"
    /\ End(Owner, Success(Read(f[Owner])))
    /\ UNCHANGED <<front, back, buffer, count>>

PopMovesBack ==
    /\ pc[Owner] = "pop: back"
    /\ back' = back - 1
    /\ Go(Owner, "pop: front of what is left")
    /\ UNCHANGED <<front, buffer, count, f, task, may>>

PopReadsFront ==
    /\ pc[Owner] = "pop: front of what is left"
    /\ f' = [f EXCEPT ![Owner] = front]
    /\ Go(Owner, IF back - front < 0 THEN "pop: back again"
                 ELSE IF back - front = 0 THEN "pop: exchange" ELSE "pop: read the last")
    /\ UNCHANGED <<front, back, buffer, count, task, may>>

PopReadsLast ==
    /\ pc[Owner] = "pop: read the last"
    /\ End(Owner, Success(Read(back)))
    /\ UNCHANGED <<front, back, buffer, count>>

(* One task is left, and thieves may want it, too. *)
PopExchangesFront ==
    /\ pc[Owner] = "pop: exchange"
    /\ IF front = f[Owner]
       THEN /\ front' = front + 1
            /\ task' = [task EXCEPT ![Owner] = Read(back)]
       ELSE UNCHANGED <<front, task>>
    /\ Go(Owner, "pop: back again")
    /\ UNCHANGED <<back, buffer, count, f, may>>

PopRestoresBack ==
    /\ pc[Owner] = "pop: back again"
    /\ back' = back + 1
    /\ End(Owner, IF task[Owner] = None THEN Empty ELSE Success(task[Owner]))
    /\ UNCHANGED <<front, buffer, count>>

-----------------------------------------------------------------------------
\* Stealer::steal

Steal(t) ==
    /\ pc[t] = "idle"
    /\ Go(t, "steal: front")
    /\ Call(t, ToSteal)
    /\ UNCHANGED <<front, back, buffer, count, f, task>>

StealReadsFront(t) ==
    /\ pc[t] = "steal: front"
    /\ f' = [f EXCEPT ![t] = front]
    /\ Go(t, "steal: back")
    /\ UNCHANGED <<front, back, buffer, count, task, may>>

StealReadsBack(t) ==
    /\ pc[t] = "steal: back"
    /\ IF back - f[t] <= 0
       THEN /\ End(t, Empty)
       ELSE /\ Go(t, "steal: read")
            /\ UNCHANGED <<f, task, may>>
    /\ UNCHANGED <<front, back, buffer, count>>

StealReads(t) ==
    /\ pc[t] = "steal: read"
    /\ task' = [task EXCEPT ![t] = Read(f[t])]
    /\ Go(t, "steal: exchange")
    /\ UNCHANGED <<front, back, buffer, count, f, may>>

StealMovesFront(t) ==
    /\ pc[t] = "steal: exchange"
    /\ IF front = f[t] \/ ~Exchanged
       THEN /\ front' = f[t] + 1
            /\ End(t, Success(task[t]))
       ELSE /\ End(t, Retry)
            /\ UNCHANGED front
    /\ UNCHANGED <<back, buffer, count>>

-----------------------------------------------------------------------------

OwnerNext ==
    \/ Push \/ PushWrites \/ PushMovesBack
    \/ Pop \/ PopLooks
    \/ PopMovesFront \/ PopRestoresFront \/ PopReads
    \/ PopMovesBack \/ PopReadsFront \/ PopReadsLast \/ PopExchangesFront \/ PopRestoresBack

ThiefNext(t) == Steal(t) \/ StealReadsFront(t) \/ StealReadsBack(t) \/ StealReads(t) \/ StealMovesFront(t)

Next == OwnerNext \/ \E t \in Thief : ThiefNext(t)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

TypeOK ==
    /\ front \in 0..Tasks + 1
    /\ back \in 0..Tasks
    /\ Len(buffer) <= Tasks /\ \A i \in DOMAIN buffer : buffer[i] \in 1..Tasks
    /\ count \in 0..Tasks
    /\ \A t \in Thread : f[t] \in 0..Tasks + 1 /\ task[t] \in 0..Tasks

(* There is a deque of Deque.tla that gave all the answers that were given. *)
Linearizable == may # {}

(* While the owner is not about to change them, the tasks of each deque that may be stand between the indices. *)
Settled == \A t \in Thread : pc[t] = "idle"
Kept == Settled => \A c \in may : c.items = SubSeq(buffer, front + 1, back)

=============================================================================
