------------------------------ MODULE Compass ------------------------------
\* A walk on a grid with negative coordinates: division and remainder round down, and a range may be empty.
EXTENDS Integers, FiniteSets
CONSTANTS Reach, Cell
VARIABLES x, y, heading

Negative == -2
Divided(a, b) == a \div b
Rest(a, b) == a % b
Abs(n) == IF n < 0 THEN -n ELSE n
Tile == <<Divided(x, Cell), Divided(y, Cell)>>
Within == <<Rest(x, Cell), Rest(y, Cell)>>
Steps == [north |-> <<0, 1>>, east |-> <<1, 0>>, south |-> <<0, -1>>, west |-> <<-1, 0>>]
Order == <<"north", "east", "south", "west">>
Index(h) == CHOOSE i \in DOMAIN Order : Order[i] = h
Turned(h, by) == Order[((Index(h) - 1 + by) % 4) + 1]

Init == x \in -1..1 /\ y = -Reach \div 2 /\ heading = "west"
Walk ==
  /\ x' = x + Steps[heading][1]
  /\ y' = y + Steps[heading][2]
  /\ {x', y'} \subseteq -Reach..Reach
  /\ UNCHANGED heading
Turn == \E by \in {-1, 1, -6} :
  /\ x % 2 = 0 \/ y % 3 = 2
  /\ heading' = Turned(heading, by)
  /\ UNCHANGED <<x, <<y>>>>
Next == Walk \/ Turn
Spec == Init /\ [][Next]_<<x, y, heading>>

Exact == \A a \in -Reach..Reach, b \in 1..4 :
  /\ b * (a \div b) + (a % b) = a
  /\ a % b \in 0..b - 1
  /\ ((-a) \div b) * b <= -a
Placed == x = Cell * Tile[1] + Within[1] /\ y = Cell * Tile[2] + Within[2]
Empty == Cardinality(Reach..-Reach) = 0 /\ 0..-1 = {} /\ -1..-1 = {-1} /\ - -1 = 1 /\ 2 - -1 = 3 /\ 2 ^ 3 * (-1) = -8
Near == Abs(x) + Abs(y) < 2 * Reach
Slow == [][Abs(x' - x) + Abs(y' - y) <= 1 /\ (heading' # heading => UNCHANGED <<x, y>>)]_<<x, y, heading>>
=============================================================================
