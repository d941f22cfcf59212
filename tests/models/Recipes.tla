------------------------------ MODULE Recipes ------------------------------
\* Functions of several arguments, of tuples and of functions; recursive ones; bound variables that are taken apart.
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS Width, Height, Goal
VARIABLES board, moves

Cells == (1..Width) \X (1..Height)
Near == [<<x, y>> \in Cells |-> {<<u, v>> \in Cells : (u = x /\ v \in {y - 1, y, y + 1}) \/ (v = y /\ u \in {x - 1, x, x + 1})}]
Paths[x \in 0..Width, y \in 0..Height] == IF x = 0 \/ y = 0 THEN 1 ELSE Paths[x - 1, y] + Paths[x, y - 1]
Lit == {c \in Cells : board[c]}
Sum[S \in SUBSET Cells] == IF S = {} THEN 0 ELSE LET c == CHOOSE d \in S : TRUE IN c[1] * c[2] + Sum[S \ {c}]
Mirror(f) == [x \in 1..Width, y \in 1..Height |-> f[Width + 1 - x, y]]
Row(y) == [x \in 1..Width |-> board[x, y]]
Rows == {<<y, Cardinality({x \in 1..Width : Row(y)[x]})>> : y \in 1..Height}
Corner == {<<x, y>> : x \in {1, Width}, y \in {1, Height}}

Init == board = [c \in Cells |-> FALSE] /\ moves = 0
Press(x, y) ==
  /\ board' = [<<u, v>> \in Cells |-> IF <<u, v>> \in Near[x, y] THEN ~board[u, v] ELSE board[u, v]]
  /\ moves' = (moves + x * y) % 3
Flip == board' = Mirror(board) /\ board' # board /\ moves' = moves
Next == (\E <<x, y>> \in Cells : Press(x, y)) \/ Flip
Spec == Init /\ [][Next]_<<board, moves>>

Typed == board \in [Cells -> BOOLEAN]
Same == /\ board = Mirror(Mirror(board))
        /\ \A <<x, y>> \in Cells, z \in {1} : Row(y)[x] = board[<<x, y>>] /\ z = 1
        /\ \A y \in 1..Height : \E <<r, n>> \in Rows : r = y /\ n \in 0..Width
Counted == Paths[Width, Height] = IF Width = Height THEN 6 ELSE 10
Weighed == Sum[Lit] <= Sum[Cells]
NotGoal == ~(Corner \subseteq Lit /\ Cardinality(Lit) = Goal)
Outside == \A x, y \in 0..Width : board[x, y] => moves \in 0..2
=============================================================================
