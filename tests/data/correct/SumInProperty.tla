---- MODULE SumInProperty ----
EXTENDS Naturals
VARIABLE credit

Init == credit = 1
Earn == credit < 70000 /\ credit' = credit * 70000
Rest == credit = 70000 /\ UNCHANGED credit
Next == Earn \/ Rest
Spec == Init /\ [][Next]_credit
Fair == credit * credit >= credit
====
