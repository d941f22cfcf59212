---- MODULE FiniteSetsExt ----
\* Written for specgen after the descriptions of the community modules.
EXTENDS Integers, FiniteSets, Folds, Functions
FoldSet(op(_,_), base, S) == MapThenFoldSet(op, base, LAMBDA x : x, LAMBDA s : CHOOSE x \in s : TRUE, S)
SumSet(S) == FoldSet(LAMBDA a, b : a + b, 0, S)
ProductSet(S) == FoldSet(LAMBDA a, b : a * b, 1, S)
ReduceSet(op(_,_), S, base) == FoldSet(op, base, S)
MapThenSumSet(f(_), S) == MapThenFoldSet(LAMBDA a, b : a + b, 0, f, LAMBDA s : CHOOSE x \in s : TRUE, S)
FlattenSet(S) == UNION S
SymDiff(A, B) == (A \ B) \cup (B \ A)
Quantify(S, P(_)) == Cardinality({x \in S : P(x)})
kSubset(k, S) == {s \in SUBSET S : Cardinality(s) = k}
Max(S) == CHOOSE x \in S : \A y \in S : y <= x
Min(S) == CHOOSE x \in S : \A y \in S : x <= y
Choices(S) == {Range(f) : f \in {f \in [S -> UNION S] : \A T \in S : f[T] \in T}}
ChooseUnique(S, P(_)) == CHOOSE x \in S : P(x) /\ \A y \in S : P(y) => y = x
====
