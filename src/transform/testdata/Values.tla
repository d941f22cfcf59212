---- MODULE Values ----
\* specgen: iispec 1
EXTENDS Integers, Sequences
VARIABLES at, x, q, log
vars == <<at, x, q, log>>
Init == at = "start" /\ x = 0 /\ q = <<7, 8, 9>> /\ log = <<>>

take ==
    /\ q # <<>>
    /\ q' = Tail(q)
    /\ Len(q)
    /\ UNCHANGED log

bump(n) ==
    IF x < n
    THEN /\ x' = x + 1
         /\ TRUE
    ELSE /\ UNCHANGED x
         /\ FALSE

pick == \E v \in {1, 2} : x' = v /\ x * 10

gave(n) ==
    \/ /\ n = 1
       /\ x' = 5
       /\ FALSE
    \/ n = 2

grade(n) == IF bump(n) THEN "moved" ELSE "stayed"

Inspect(n) == x + n

down(n) == IF n = 0 THEN x ELSE /\ x' = x + n
                                /\ down(n - 1)

begin(name) == at = "start" /\ at' = name

\* The parts of an expression are evaluated from left to right.
Order == begin("Order") /\ log' = <<Len(q), take, Len(q), Inspect(x)>>
\* What is not needed does not run.
And == begin("And") /\ log' = <<bump(0) /\ bump(9), x>>
Or == begin("Or") /\ log' = <<bump(1) \/ bump(9), bump(1) => bump(9), x>>
If == begin("If") /\ log' = <<IF x = 0 THEN grade(1) ELSE grade(5), x>>
\* The conditions of CASE are tried in order.
Case == /\ begin("Case")
        /\ CASE x > 3 -> log' = <<0>>
             [] bump(0) -> log' = <<1>>
             [] bump(1) -> log' = <<2, x>>
             [] bump(2) -> log' = <<3, x>>
             [] OTHER -> log' = <<4, x>>
Condition == begin("Condition") /\ IF bump(1) THEN log' = <<"yes", x>> ELSE log' = <<"no">>
\* A statement that calls is a guard on the value.
Never == begin("Never") /\ bump(0)
Not == begin("Not") /\ ~bump(0) /\ log' = <<x>>
Implies == begin("Implies") /\ (x = 0 => bump(2)) /\ log' = <<x>>
Ignored == begin("Ignored") /\ LET ignored == bump(0) IN log' = <<ignored>>
\* A guard before the value disables the whole action.
Empty == begin("Empty") /\ q' = <<>> /\ log' = <<take>>
\* Several outcomes.
Both == begin("Both") /\ log' = <<pick, x>>
Chosen == begin("Chosen") /\ \E i \in pick..11 : log' = <<i>>
Alternative == begin("Alternative") /\ \E n \in 1..3 : LET r == gave(n) IN log' = <<n, r, x>>
Except == begin("Except") /\ log' = [<<5, 6, 7>> EXCEPT ![take] = @ + Len(q), ![1] = @ + take]
Loop == begin("Loop") /\ (\A i \in 1..take : x' = x + take) /\ log' = <<x>>
Recursive == begin("Recursive") /\ log' = <<down(3), x>>
Local == begin("Local") /\ LET a == take
                               b == a + take IN log' = <<a, b>>

Next ==
    \/ Order \/ And \/ Or \/ If \/ Case \/ Condition \/ Never \/ Not \/ Implies \/ Ignored \/ Empty \/ Both
    \/ Chosen \/ Alternative \/ Except \/ Loop \/ Recursive \/ Local
Spec == Init /\ [][Next]_vars

After(s, f, n, l) == at = s => x = f /\ Len(q) = n /\ log = l
Expected ==
    /\ After("Order", 0, 2, <<3, 2, 2, 0>>)
    /\ After("And", 0, 3, <<FALSE, 0>>)
    /\ After("Or", 1, 3, <<TRUE, TRUE, 1>>)
    /\ After("If", 1, 3, <<"moved", 1>>)
    /\ After("Case", 1, 3, <<2, 1>>)
    /\ After("Condition", 1, 3, <<"yes", 1>>)
    /\ at # "Never"
    /\ After("Not", 0, 3, <<0>>)
    /\ After("Implies", 1, 3, <<1>>)
    /\ After("Ignored", 0, 3, <<FALSE>>)
    /\ at # "Empty"
    /\ at = "Both" => Len(q) = 3 /\ <<x, log>> \in {<<1, <<10, 1>>>>, <<2, <<20, 2>>>>}
    /\ at = "Chosen" => Len(q) = 3 /\ <<x, log>> \in {<<1, <<10>>>>, <<1, <<11>>>>}
    /\ at = "Alternative" => Len(q) = 3 /\ <<x, log>> \in {<<5, <<1, FALSE, 5>>>>, <<0, <<2, TRUE, 0>>>>}
    /\ After("Except", 0, 1, <<6, 8, 7>>)
    /\ After("Loop", 1, 0, <<1>>)
    /\ After("Recursive", 6, 3, <<6, 6>>)
    /\ After("Local", 0, 1, <<2, 3>>)
====
