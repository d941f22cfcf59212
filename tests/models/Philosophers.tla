---------------------------- MODULE Philosophers ----------------------------
\* Dining philosophers. Each takes the left fork first, but for the last one if LastIsOdd.
EXTENDS Naturals
CONSTANTS N, LastIsOdd
VARIABLES holder, eats

vars == <<holder, eats>>
Seats == 0..(N - 1)
Left(i) == i
Right(i) == (i + 1) % N
First(i) == IF LastIsOdd /\ i = N - 1 THEN Right(i) ELSE Left(i)
Second(i) == IF First(i) = Left(i) THEN Right(i) ELSE Left(i)
Free == N

Init == holder = [f \in Seats |-> Free] /\ eats = [i \in Seats |-> FALSE]

Pick(i, fork) ==
  /\ holder[fork] = Free
  /\ holder' = [holder EXCEPT ![fork] = i]

Take(i) ==
  \/ holder[First(i)] # i /\ Pick(i, First(i)) /\ UNCHANGED eats
  \/ holder[First(i)] = i /\ Pick(i, Second(i)) /\ eats' = [eats EXCEPT ![i] = TRUE]
Think(i) ==
  /\ eats[i]
  /\ eats' = [eats EXCEPT ![i] = FALSE]
  /\ holder' = [holder EXCEPT ![Left(i)] = Free, ![Right(i)] = Free]

Next == \E i \in Seats : Take(i) \/ Think(i)
Spec == Init /\ [][Next]_vars

Fair == \A i \in Seats : ~(eats[i] /\ eats[Right(i)]) \/ N = 1
=============================================================================
