---------------------------- MODULE Alternatives ----------------------------
\* Every way to satisfy a condition of an action is looked at, also after one that does: a part without a value is an error.
\* In an invariant, in an ENABLED and under a negation the first is enough.
EXTENDS Naturals, Sequences
CONSTANTS Where, Most
VARIABLES todo, done

Empty(s) == s = <<>> \/ Head(s) > Most
Init == todo = <<3, 1, 2>> /\ done = <<>>
Take ==
  /\ todo # <<>>
  /\ done' = Append(done, Head(todo))
  /\ todo' = Tail(todo)
Ready ==
  \/ Where = "or" /\ (done = <<>> \/ Head(done) <= Most)
  \/ Where = "operator" /\ (~Empty(todo) /\ (Empty(done) \/ done[1] = 3))
  \/ Where = "exists" /\ (\E i \in 1..3 : todo[i] < 2)
  \/ Where = "not" /\ (~(done # <<>> /\ Head(done) > Most))
  \/ Where = "equal" /\ ((done = <<>> \/ Head(done) <= Most) = TRUE)
  \/ Where = "if" /\ (IF done = <<>> THEN TRUE ELSE Head(done) <= Most)
  \/ Where = "enabled" /\ (ENABLED ((done = <<>> \/ Head(done) <= Most) /\ todo' = done))
Next == Ready /\ Take
Spec == Init /\ [][Next]_<<todo, done>>
Fine == done = <<>> \/ Head(done) = 3
=============================================================================
