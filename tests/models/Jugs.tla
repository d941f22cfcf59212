-------------------------------- MODULE Jugs --------------------------------
\* Measure Goal litres with jugs of given sizes.
EXTENDS Naturals
CONSTANTS Jug, Size, Goal
VARIABLE litres

Sizes == [three |-> 3, five |-> 5]
a :> b == [x \in {a} |-> b]
f @@ g == [x \in DOMAIN f \cup DOMAIN g |-> IF x \in DOMAIN f THEN f[x] ELSE g[x]]
ThreeSizes == "a" :> 8 @@ "b" :> 5 @@ "c" :> 3
Min(x, y) == IF x < y THEN x ELSE y

Init == litres = [j \in Jug |-> 0]
Fill(j) == litres' = [litres EXCEPT ![j] = Size[j]]
Empty(j) == litres' = [litres EXCEPT ![j] = 0]
Pour(j, k) ==
  LET amount == Min(litres[j], Size[k] - litres[k])
  IN litres' = [litres EXCEPT ![j] = @ - amount, ![k] = @ + amount]
Next == \E j \in Jug : Fill(j) \/ Empty(j) \/ \E k \in Jug \ {j} : Pour(j, k)
Spec == Init /\ [][Next]_litres

TypeOK == \A j \in Jug : litres[j] \in 0..Size[j]
NotYet == \A j \in Jug : litres[j] # Goal
=============================================================================
