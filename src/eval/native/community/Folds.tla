---- MODULE Folds ----
\* Written for specgen after the descriptions of the community modules.
MapThenFoldSet(op(_,_), base, f(_), choose(_), S) ==
    LET RECURSIVE Over(_)
        Over(rest) ==
            IF rest = {} THEN base ELSE LET first == choose(rest) IN op(f(first), Over(rest \ {first}))
    IN Over(S)
====
