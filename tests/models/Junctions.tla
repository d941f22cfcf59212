----------------------------- MODULE Junctions -----------------------------
\* Lists of conjuncts and disjuncts within one another and within IF, CASE, LET and quantifiers: what belongs to what is a matter of columns.
EXTENDS Naturals
CONSTANTS Top, Strict
VARIABLES a, b, mode

Init == /\ a = 0
        /\ \/ b = 0
           \/ /\ b = 1
              /\ Strict
        /\ mode = "up"
Up == /\ mode = "up"
      /\ IF a < Top
           THEN /\ a' = a + 1
                /\ \/ b' = b
                   \/ (b' = b + 1 /\ b < 2) \/ (b' = 0 /\ b = 2)
           ELSE /\ a' = a
                /\ b' = b
      /\ mode' = CASE a' = Top /\ b' = 2 -> "down"
                   [] a' = Top /\ b' # 2 -> "turn"
                   [] OTHER -> mode
Turn == /\ mode = "turn"
        /\ LET far == a = Top
               Near(n) == \/ n = 1
                          \/ n = 2 /\ far
                          \/ (~far)
           IN  \/ \E n \in 0..2 : /\ Near(n)
                                  /\ b' = n
                  /\ a' = a - 1
               \/ Near(0) /\ b' = 0 /\ UNCHANGED a
        /\ mode' \in {"up", "down"} \ {IF b' = 0 THEN "up" ELSE "turn"}
Down == /\ mode = "down"
        /\ \/ a > 0 /\ a' = a - 1 /\ b' = b
           \/ /\ a = 0 /\ b > 0
              /\ b' = b - 1
                 /\ a' = a
        /\ UNCHANGED mode
Next == Up
   \/ Turn \/
   Down
Spec == Init /\ [][Next]_<<a, b, mode>>

Typed == a \in 0..Top /\ b \in 0..2 /\ mode \in {"up", "turn", "down"}
Meant == /\ mode = "turn" => a = Top /\ b # 2
         /\ (~ a = Top /\ mode = "up") \/ mode # "up" \/ b <= 2
         /\ a = 0 /\ b = 0 => mode = "up" <=> mode # "down"
         /\ TRUE /\ FALSE => FALSE <=> TRUE
Low == mode = "down" => \/ b < 2
                        \/ a = 0
=============================================================================
