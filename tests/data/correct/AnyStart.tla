---- MODULE AnyStart ----
EXTENDS Integers
VARIABLES clock, shown

Init ==
    /\ clock \in Int
    /\ shown = clock
Tick == clock < 5 /\ clock' = clock + 1 /\ UNCHANGED shown
Show == shown' = clock /\ UNCHANGED clock
Next == Tick \/ Show
Spec == Init /\ [][Next]_<<clock, shown>>
Behind == shown <= clock
====
