------------------------------ MODULE Fencing ------------------------------
\* A lock service gives out leases that run out without the holder's knowledge; the storage looks at the number of the
\* lease if Fenced.
EXTENDS Naturals
CONSTANTS Clients, Leases, Fenced, Nobody
ASSUME /\ Nobody \notin Clients
       /\ Fenced \in BOOLEAN
VARIABLES holder, number, believes, written, writer

vars == <<holder, number, believes, written, writer>>
Init ==
  /\ holder = Nobody
  /\ number = 0
  /\ believes = [c \in Clients |-> 0]
  /\ written = 0
  /\ writer = Nobody

Acquire(c) ==
  /\ holder = Nobody
  /\ number < Leases
  /\ holder' = c
  /\ number' = number + 1
  /\ believes' = [believes EXCEPT ![c] = number']
  /\ UNCHANGED <<written, writer>>
Expire == holder # Nobody /\ holder' = Nobody /\ UNCHANGED <<number, believes, written, writer>>
Notice(c) ==
  /\ believes[c] # 0
  /\ holder # c
  /\ believes' = [believes EXCEPT ![c] = 0]
  /\ UNCHANGED <<holder, number, written, writer>>
Write(c) ==
  /\ believes[c] # 0
  /\ Fenced => believes[c] >= written
  /\ written' = believes[c]
  /\ writer' = c
  /\ UNCHANGED <<holder, number, believes>>

Next == Expire \/ \E c \in Clients : Acquire(c) \/ Notice(c) \/ Write(c)
Spec == Init /\ [][Next]_vars

NoGoingBack == [][written' >= written]_written
Known == written <= number
=============================================================================
