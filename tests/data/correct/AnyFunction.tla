---- MODULE AnyFunction ----
EXTENDS Naturals
CONSTANT Proc
VARIABLES ticket, serving

Init == ticket \in [Proc -> Nat] /\ serving = 0
Serve(p) == ticket[p] = serving /\ serving' = serving + 1
Idle == UNCHANGED <<ticket, serving>>
Next == (\E p \in Proc : Serve(p)) \/ Idle
Spec == Init /\ [][Next]_<<ticket, serving>>
Few == serving <= 4
====
