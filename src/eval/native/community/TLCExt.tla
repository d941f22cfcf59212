---- MODULE TLCExt ----
\* Written for specgen after the descriptions of TLC's own modules.
LOCAL INSTANCE TLC
AssertEq(a, b) == IF a = b THEN TRUE ELSE PrintT("Assertion failed") /\ PrintT(a) /\ PrintT(b) /\ FALSE
TLCNoOp(v) == v
TLCEvalDefinition(v) == TLCEval(v)
====
