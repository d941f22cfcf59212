------------------------------ MODULE Refined ------------------------------
\* A store with a cache behaves as a store without one, which is a module within. Fairness is asked for, too.
EXTENDS Naturals, FiniteSets
CONSTANTS Keys, Values, Flushing
VARIABLES stored, cached, dirty

------------------------------ MODULE Plain ------------------------------
CONSTANTS K, V
VARIABLE map
Init == map = [k \in K |-> CHOOSE v \in V : \A w \in V : v <= w]
Put(k, v) == map' = [map EXCEPT ![k] = v]
Next == \E k \in K, v \in V : Put(k, v)
Spec == Init /\ [][Next]_map
Once == [][\E k \in K : \A j \in K \ {k} : map'[j] = map[j]]_map
========================================================================

Seen == [k \in Keys |-> IF k \in DOMAIN cached THEN cached[k] ELSE stored[k]]
Least == CHOOSE v \in Values : \A w \in Values : v <= w
vars == <<stored, cached, dirty>>
Init ==
  /\ stored = [k \in Keys |-> Least]
  /\ cached = <<>>
  /\ dirty = {}
Put(k, v) ==
  /\ cached' = [j \in DOMAIN cached \cup {k} |-> IF j = k THEN v ELSE cached[j]]
  /\ dirty' = dirty \cup {k}
  /\ UNCHANGED stored
Load(k) ==
  /\ k \notin DOMAIN cached
  /\ cached' = [j \in DOMAIN cached \cup {k} |-> IF j = k THEN stored[k] ELSE cached[j]]
  /\ UNCHANGED <<stored, dirty>>
Flush(k) ==
  /\ k \in dirty
  /\ stored' = [stored EXCEPT ![k] = cached[k]]
  /\ dirty' = dirty \ {k}
  /\ UNCHANGED cached
Drop(k) ==
  /\ k \in DOMAIN cached /\ (Flushing => k \notin dirty)
  /\ cached' = [j \in DOMAIN cached \ {k} |-> cached[j]]
  /\ dirty' = dirty \ {k}
  /\ UNCHANGED stored
Next == \E k \in Keys : (\E v \in Values : Put(k, v)) \/ Load(k) \/ Flush(k) \/ Drop(k)
Spec == Init /\ [][Next]_vars /\ WF_vars(\E k \in Keys : Flush(k)) /\ \A k \in Keys : SF_vars(Drop(k) /\ k \notin dirty)

Store == INSTANCE Plain WITH K <- Keys, V <- Values, map <- Seen
Below == INSTANCE Plain WITH K <- Keys, V <- Values, map <- stored
IsStore == Store!Spec
OneAtOnce == Store!Once /\ Below!Spec
Clean == \A k \in DOMAIN cached \ dirty : cached[k] = stored[k]
Inside == dirty \subseteq DOMAIN cached /\ DOMAIN cached \subseteq Keys /\ (dirty = {} => Seen = stored)
AllDirty == dirty # Keys \/ \E j, k \in Keys : cached[j] # cached[k]
=============================================================================
