----------------------------- MODULE Termination -----------------------------
\* A token goes around a ring to find out whether everybody has come to rest. Colourful = FALSE: nodes do not remember that
\* they have woken somebody.
EXTENDS Naturals
CONSTANTS N, Colourful
VARIABLES active, black, token, tokenBlack

vars == <<active, black, token, tokenBlack>>
Node == 0..N - 1

Init ==
  /\ active \in [Node -> BOOLEAN]
  /\ black = [n \in Node |-> FALSE]
  /\ token = 0
  /\ tokenBlack = TRUE

Rest(n) == active[n] /\ active' = [active EXCEPT ![n] = FALSE] /\ UNCHANGED <<black, token, tokenBlack>>
Activate(n, m) ==
  /\ active[n]
  /\ n # m
  /\ active' = [active EXCEPT ![m] = TRUE]
  /\ black' = IF Colourful THEN [black EXCEPT ![n] = TRUE] ELSE black
  /\ UNCHANGED <<token, tokenBlack>>
Begin ==
  /\ token = 0
  /\ tokenBlack \/ black[0]
  /\ ~active[0]
  /\ token' = N - 1
  /\ tokenBlack' = FALSE
  /\ black' = [black EXCEPT ![0] = FALSE]
  /\ UNCHANGED active
Pass(n) ==
  /\ token = n /\ n # 0
  /\ ~active[n]
  /\ token' = n - 1
  /\ tokenBlack' = (tokenBlack \/ black[n])
  /\ black' = [black EXCEPT ![n] = FALSE]
  /\ UNCHANGED active

Next == Begin \/ \E n \in Node : Rest(n) \/ Pass(n) \/ \E m \in Node : Activate(n, m)
Spec == Init /\ [][Next]_vars

Detected == token = 0 /\ ~tokenBlack /\ ~black[0] /\ ~active[0]
Sound == Detected => \A n \in Node : ~active[n]
=============================================================================
