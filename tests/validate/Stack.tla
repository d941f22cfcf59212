---- MODULE Stack ----
\* A stack of several threads: each operation takes effect at one moment.
EXTENDS Naturals, Sequences
CONSTANT Thread
VARIABLES stack, done

Init == stack = <<>> /\ done = [t \in Thread |-> 0]

Count(t) == done' = [done EXCEPT ![t] = @ + 1]

Push(t, v) ==
    /\ stack' = <<v>> \o stack
    /\ Count(t)

Pop(t, v) ==
    /\ stack # <<>>
    /\ v = Head(stack)
    /\ stack' = Tail(stack)
    /\ Count(t)

PopEmpty(t, n) ==
    /\ n = Len(stack)
    /\ n = 0
    /\ Count(t)
    /\ UNCHANGED stack

Drop ==
    /\ stack # <<>>
    /\ stack' = Tail(stack)
    /\ UNCHANGED done

Ignore(t, v) == Count(t) /\ UNCHANGED stack

Broken(t, v) ==
    /\ v \div Len(stack) = v
    /\ Count(t)
    /\ UNCHANGED stack

Short == Len(stack) < 2
====
