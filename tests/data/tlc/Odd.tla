---- MODULE Odd ----
EXTENDS Integers, TLC
CONSTANT Node
VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\ y = {}
Never == Init /\ x = 1
Partial == x = 0
Step == x < 3 /\ x' = x + 1 /\ y' = y \cup {x'}
Forget == x < 3 /\ x' = x + 1
Big == x' = CHOOSE s \in SUBSET (SUBSET (1..24)) : s = {} /\ y' = y
Heavy == y' = [1..9 -> 1..9] \ {[i \in 1..9 |-> i]} /\ x' = x
RECURSIVE Loop(_)
Loop(n) == 1 + Loop(n + 1)
Deep == x' = Loop(x) /\ y' = y
Values == /\ x = 0
          /\ y = [s |-> "a\"b\\c", t |-> <<TRUE, -3>>, f |-> (1 :> "one" @@ 2 :> "two") , n |-> Node,
                  g |-> [m \in Node |-> {<<>>, <<1, 2>>}], e |-> [i \in {} |-> 1], h |-> [a |-> [b |-> 1]]]
          /\ PrintT(<<"wide", [a |-> "a fairly long string of text", b |-> "and another one of these", c |-> 1..3]>>)
Zero == x = 1
NeverBack == [][x' > x + 1]_vars
IsSmall == x < 3
Ok == TRUE
SpecStep == Init /\ [][Step]_vars
====
