------------------------------ MODULE Elevator ------------------------------
EXTENDS Integers
CONSTANTS Floors, Riders
VARIABLES car, where, goal

vars == <<car, where, goal>>
Floor == 1..Floors
Opposite == [up |-> "down", down |-> "up"]

Init ==
  /\ car = [floor |-> 1, moves |-> "up", open |-> FALSE]
  /\ where \in [Riders -> {1, Floors}]
  /\ goal = where

Riding == {r \in Riders : where[r] = 0}
Waiting(f) == {r \in Riders : where[r] = f /\ goal[r] # f}
Wanted(f) == Waiting(f) # {} \/ \E r \in Riding : goal[r] = f
Further == IF car.moves = "up" THEN car.floor + 1..Floors ELSE 1..car.floor - 1

Call(r) ==
  /\ where[r] # 0
  /\ goal[r] = where[r]
  /\ \E f \in Floor \ {where[r]} : goal' = [goal EXCEPT ![r] = f]
  /\ UNCHANGED <<car, where>>
Open ==
  /\ ~car.open
  /\ Wanted(car.floor)
  /\ car' = [car EXCEPT !.open = TRUE]
  /\ UNCHANGED <<where, goal>>
Step(r) ==
  /\ car.open
  /\ where' = [where EXCEPT ![r] = CASE @ = car.floor /\ goal[r] # car.floor -> 0
                                     [] @ = 0 /\ goal[r] = car.floor -> car.floor]
  /\ UNCHANGED <<car, goal>>
May(r) == \/ where[r] = car.floor /\ goal[r] # car.floor
          \/ where[r] = 0 /\ goal[r] = car.floor
Close == car.open /\ ~(\E r \in Riders : May(r)) /\ car' = [car EXCEPT !["open"] = FALSE] /\ UNCHANGED <<where, goal>>
Move ==
  /\ ~car.open
  /\ ~Wanted(car.floor)
  /\ \E f \in Floor : Wanted(f)
  /\ car' = IF \E f \in Further : Wanted(f)
            THEN [car EXCEPT !.floor = IF car.moves = "up" THEN @ + 1 ELSE @ - 1]
            ELSE [car EXCEPT !.moves = Opposite[@]]
  /\ UNCHANGED <<where, goal>>

Next == Open \/ Close \/ Move \/ \E r \in Riders : Call(r) \/ (May(r) /\ Step(r))
Hasty == Open \/ Close \/ Move \/ \E r \in Riders : Call(r) \/ Step(r)
Spec == Init /\ [][Next]_vars
HastySpec == Init /\ [][Hasty]_vars

TypeOK == car \in [floor : Floor, moves : {"up", "down"}, open : BOOLEAN] /\ where \in [Riders -> 0..Floors]
Shut == [][car'.floor # car.floor => ~car.open]_car
Transition == [][car.floor - car'.floor \in {-1, 0, 1}]_vars
=============================================================================
