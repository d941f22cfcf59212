----------------------------- MODULE TicTacToe -----------------------------
\* Every game; X = the number of those who begin.
EXTENDS Naturals, FiniteSets
VARIABLES board, turn

Cells == (1..3) \X (1..3)
Empty == "."
Lines == {{<<i, j>> : j \in 1..3} : i \in 1..3}
           \cup {{<<i, j>> : i \in 1..3} : j \in 1..3}
           \cup {{<<i, i>> : i \in 1..3}, {<<i, 4 - i>> : i \in 1..3}}
Won(p) == \E line \in Lines : \A cell \in line : board[cell] = p
Over == Won("x") \/ Won("o") \/ \A cell \in Cells : board[cell] # Empty

Init == board = [cell \in Cells |-> Empty] /\ turn = "x"
Play == \E <<i, j>> \in Cells :
  /\ board[i, j] = Empty
  /\ ~Over
  /\ board' = [board EXCEPT ![i, j] = turn]
  /\ turn' = IF turn = "x" THEN "o" ELSE "x"
Next == Play \/ (Over /\ UNCHANGED <<board, turn>>)
Spec == Init /\ [][Next]_<<board, turn>>

Marks(p) == Cardinality({cell \in Cells : board[cell] = p})
Turns == Marks("x") - Marks("o") = IF turn = "x" THEN 0 ELSE 1
OneWinner == ~(Won("x") /\ Won("o"))
ONeverWins == ~Won("o")
=============================================================================
