---- MODULE BagsExt ----
\* Written for specgen after the descriptions of the community modules.
LOCAL INSTANCE Integers
LOCAL INSTANCE Folds
BagAdd(B, x) ==
    [e \in DOMAIN B \cup {x} |-> IF e = x THEN (IF x \in DOMAIN B THEN B[x] ELSE 0) + 1 ELSE B[e]]
BagRemove(B, x) ==
    IF x \notin DOMAIN B THEN B
    ELSE IF B[x] = 1 THEN [e \in DOMAIN B \ {x} |-> B[e]] ELSE [B EXCEPT ![x] = @ - 1]
BagRemoveAll(B, x) == [e \in DOMAIN B \ {x} |-> B[e]]
MapThenFoldBag(op(_,_), base, f(_), choose(_), B) ==
    \* As published, `base` comes once more for each different element, and nothing is asked of `choose`.
    LET RECURSIVE Copies(_, _)
        Copies(n, x) == op(IF n = 1 THEN base ELSE Copies(n - 1, x), f(x))
        RECURSIVE Over(_)
        Over(S) == IF S = {} THEN base ELSE LET x == CHOOSE x \in S : TRUE IN op(Copies(B[x], x), Over(S \ {x}))
    IN Over(DOMAIN B)
FoldBag(op(_,_), base, B) == MapThenFoldBag(op, base, LAMBDA x : x, LAMBDA S : CHOOSE x \in S : TRUE, B)
SumBag(B) == FoldBag(LAMBDA a, b : a + b, 0, B)
ProductBag(B) == FoldBag(LAMBDA a, b : a * b, 1, B)
====
