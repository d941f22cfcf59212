---- MODULE Instances ----
EXTENDS Naturals
---- MODULE Chan ----
CONSTANT Data
VARIABLE chan
Send(d) == chan' = d
Ok == chan \in Data
LOCAL Hidden == 1
====
CONSTANTS D, K
VARIABLES u, v
C == INSTANCE Chan WITH Data <- D, chan <- u
P(w) == INSTANCE Chan WITH Data <- w, chan <- v
LOCAL Q == INSTANCE Chan WITH chan <- u + v, Data <- {K}
---- MODULE Other ----
INSTANCE Chan WITH Data <- D, chan <- u
G == Ok /\ Send(2)
====
Step == C!Send(1) /\ P(D)!Send(2) /\ u > 0
Both == C!Ok /\ P({1})!Ok /\ Q!Ok
Fold(op(_,_), e, S) == op(e, S)
Use == Fold(+, 1, 2) + Fold(LAMBDA m, n : m - n, 3, 4)
O == INSTANCE Other
T == O!G \/ C!Send(K)
Spec == C!Ok /\ [][Step]_<<u, v>>
====
