------------------------------- MODULE Badges -------------------------------
\* Model values beside numbers, strings and one another: unlike everything, in sets, as arguments and in fields that are not always there.
EXTENDS Naturals, Sequences, FiniteSets, TLC
CONSTANTS Staff, Guard, Lost, Doors, Mixed
VARIABLES holder, log

Badge == 1..Cardinality(Staff)
People == Staff \cup {Guard}
Level == [p \in People |-> IF p = Guard THEN 2 ELSE 1]
Entry(p, d) == IF p = Guard THEN [who |-> p, door |-> d, round |-> Len(log)] ELSE [who |-> p, door |-> d]
Values == {Lost, Guard, 1, "one"}

Init == holder = [b \in Badge |-> Lost] /\ log = <<>>
Give == \E b \in Badge, p \in People :
  /\ holder[b] = Lost
  /\ \A c \in Badge : holder[c] # p
  /\ holder' = [holder EXCEPT ![b] = p]
  /\ UNCHANGED log
Enter == \E b \in Badge, d \in Doors :
  /\ holder[b] \in People
  /\ Level[holder[b]] >= (IF d = Lost THEN 2 ELSE 1)
  /\ Len(log) < 2
  /\ log' = Append(log, Entry(holder[b], d))
  /\ UNCHANGED holder
Lose == \E b \in Badge : holder[b] \notin {Lost, 5, "five", <<>>} /\ holder' = [holder EXCEPT ![b] = Lost] /\ log' = <<>>
Next == Give \/ Enter \/ Lose
Spec == Init /\ [][Next]_<<holder, log>>
Alike == Permutations(Staff)

Typed == holder \in [Badge -> People \cup {Lost}] /\ \A i \in DOMAIN log : log[i].who \in People
Unlike == \A p \in People : p # 1 /\ p # "one" /\ p \notin {<<p>>, {p}, [who |-> p]} /\ (p = Lost <=> FALSE)
Rounds == \A i \in DOMAIN log : "round" \in DOMAIN log[i] <=> log[i].who = Guard
Set == Mixed => Cardinality(Values) = 4
Back == \A i, j \in DOMAIN log : i # j => log[i] # log[j]
=============================================================================
