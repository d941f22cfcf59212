----------------------------- MODULE Colouring -----------------------------
\* Sets of sets and of functions: a graph is coloured step by step, and compared with what all functions allow.
EXTENDS Naturals, FiniteSets
CONSTANTS Vertices, Edges, Colours
VARIABLE paint

Cycle == {{1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 1}}
Complete == {e \in SUBSET (1..4) : Cardinality(e) = 2}
Proper(f) == \A e \in Edges : \A u, v \in e \cap DOMAIN f : u # v => f[u] # f[v]
All == {f \in [Vertices -> Colours] : Proper(f)}
Extends(f, g) == DOMAIN g \subseteq DOMAIN f /\ \A v \in DOMAIN g : f[v] = g[v]
Independent == {S \in SUBSET Vertices : \A e \in Edges : ~(e \subseteq S)}

Init == paint = [v \in {} |-> 0]
Paint == \E v \in Vertices \ DOMAIN paint, c \in Colours :
  LET more == [w \in DOMAIN paint \union {v} |-> IF w = v THEN c ELSE paint[w]]
  IN Proper(more) /\ paint' = more
Spec == Init /\ [][Paint]_paint

Classes == \A c \in Colours : {v \in DOMAIN paint : paint[v] = c} \in Independent
Possible == DOMAIN paint = Vertices => paint \in All
Hopeful == \E f \in All : Extends(f, paint)
=============================================================================
