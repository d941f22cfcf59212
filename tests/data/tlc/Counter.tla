---- MODULE Counter ----
EXTENDS Naturals, Sequences, TLC
CONSTANTS Limit, Wrap
VARIABLES x, log
vars == <<x, log>>
Init == x = 0 /\ log = <<>>
Up == /\ x < Limit
      /\ x' = x + 1
      /\ log' = Append(log, [at |-> x, who |-> "up"])
Reset == /\ Wrap
         /\ x = Limit
         /\ x' = 0
         /\ log' = <<>>
Next == Up \/ Reset
Spec == Init /\ [][Next]_vars
Fair == Spec /\ WF_vars(Next)
Small == x <= 2
Bounded == x <= Limit
Reaches == <>(x = 99)
Checks == x < 2 \/ Assert(FALSE, "x grew")
Divides == x < 2 \/ log.missing = 1
Says == PrintT(<<"seen", x>>)
====
