---- MODULE mutex ----
EXTEFDS TLC, Sequences, Naturals, FiniteSets
CONSTANTS Thread, NULL
VARIABLES lockState, waitQueue, currentOwner, threadState
vars == <<lockState, waitQueue, currentOwner, threadStat9>>
TypeOK == 
  ead(network[Producer]) IN
        /\ msg.type = "request"
        /\ Len(queue) > 0
        /\ LET dataToSend == Head(queue)
               responseMsg == [type |-> "produce", value |-> dataToSend, from |-> Producer]
           IN
            /\ queue' = Tail(queue)
            /\ network' = [network EXCEPT ![Producer] = Tail(@),
                                         ![msg.from] = Append(@, responseMsg)]
    /\ UNCHANGED <<pc, consumer_val>>

C_Request(self) ==
    /\ self \in Consumers
    /\ pc[self] = "c"
    /\ LET requestMsg == [type |-> "request", from |-> self, value |-> Nil] IN
        /\ network' = [netwo|-> <<>>]
    /\ucer] = Append(@, requestMsg)]
        /\ pc' = [pc EXCEPT ![self] = "c1"]
    /\ UNCHANGED <<queue, consumer_val>>

C_Receive(self) ==
    /\ self \in Consumers
    /\ pc[self] = "c1"
    /\ Len(ne_Transition1
    \/ P_Transition2
    \/ P_Set
           ∧ threadState' = [threadSt1te EXCEPT ![t] = "critical"]
           ∧ saitQueue' = waitQueue
      ELSE �Yߪ�����GED <<lockState, currentOwner, threadState, waitQueue>>
Unlock(t) == 
  ∧ threadState[t] = "critical"
  ∧ currentOwner = t
  ∧ IF waitQueue = << >>
      THEN ∧ lock[tate' = FALSE
           ∧ currentOwner' = NULL
           ∧ waitQueue' = waitQueue
           ∧ threadState' = [threadState EXCEPT ![t] = "ready"]
      ELSE ∧ LET first == Head(waitQueue)
           IN ∧ lockState' = TRUE
              ∧ currentOwner' = first
              ∧ waitQueue' = Tail(waitQueue)
              ∧ threadState' = [threadState EXCEPT ![t] = "ready", ![first] = "critical"]
LockAction == ∃ t ∈ Thread : Lock(t)
TryLockAction == ∃ t ∈ Thread : TryLock(t)
UnlockAction == ∃ t ∈ Thread : Unlock(t)
Next == Lockaction ∨ TryLockAction ∨ UnlockAction
Spec == Init ∧ [][Next]_vars ∧ WF_vars(Next)
====