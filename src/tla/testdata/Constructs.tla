Text before the module is ignored.
---- MODULE Constructs ----
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS Node, Less(_, _), None,
          _ \prec _
VARIABLE v, w, log
ASSUME NodeIsFinite == IsFiniteSet(Node)
ASSUME None \notin Node

RECURSIVE Sum(_), Even(_), Odd(_)
Sum(S) == IF S = {} THEN 0 ELSE LET x == CHOOSE x \in S : TRUE IN x + Sum(S \ {x})
a \oplus b == a + b * 2 - 3
x ^+ == x
-. x == 0 - x
Twice(F(_), x) == F(F(x))
Fold(_+_, z, s) == z + Len(s)
LOCAL fact[n \in Nat] == IF n = 0 THEN 1 ELSE n * fact[n - 1]
pair[m, n \in Nat, <<p, q>> \in Nat \X Nat \X Nat] == m + n + p + q
Numbers == {1, 23, \b101, \o17, \hFF, 1 .. 3, 2^3, -1, - -2, a.b.c[1][2, 3]}
Texts == <<"plain", "quote \" and \\ back", "">>
Sets == {x \in Nat : x > 3} \cup {x + 1 : x \in Nat, y \in {1}} \cup {y \in Nat, z \in Nat} \cup {}
Tuples == {<<a, b>> \in Nat \X Nat : a < b}
Records == [a |-> 1, b |-> [c : Nat, d : {1}]]
Functions == <<[x \in Nat |-> x], [x, y \in Nat, z \in Int |-> x], [Nat -> Int], [[a : Nat] -> Nat]>>
Updates == [log EXCEPT ![1] = @ + 1, ![2].a.b[3, 4] = 5, !.f = [@ EXCEPT !.g = 1]]
Lambdas == Twice(LAMBDA x : x + 1, 3) + Fold(+, 0, <<>>) + Fold(LAMBDA x, y : x, 1, <<1>>)
Logic == \A x, y \in Nat, z \in Int : \E <<p, q>> \in Nat \X Nat : x < y /\ ~ z = q => TRUE <=> FALSE
Unbounded == \E x, y : x = y
Choice == CHOOSE x \in Nat : /\ x > 3
                             /\ x < 5
Free == CHOOSE x : x \notin Nat
Cases == CASE v = 1 -> 2
           [] v = 2 -> CASE w = 1 -> 3 [] OTHER -> 4
Lists ==
  /\ \/ v = 1
     \/ /\ v = 2
        /\ w = 3 /\ w > 1
  /\ v = 4 \/ w = 5
  /\ IF v = 1 THEN /\ w = 1
                   /\ w = 2
     ELSE \/ v = 3
          \/ w = 3
Outdented ==
     /\ v = 1
     /\ w = 2
  => v = w
Labelled == \A x \in Nat : lab(x) :: x > 0
Lets == LET a == 1
            f(x) == x + a
            g[x \in Nat] == x
            RECURSIVE h(_)
            h(x) == h(x - 1)
        IN  f(1) + g[2]
Act(p) == /\ v' = v + 1
          /\ log' = [log EXCEPT ![p] = Append(@, p)]
          /\ UNCHANGED <<w>>
          /\ log'[p] # log[p]'
Inner(M) == INSTANCE Bag WITH f <- M, g <- v + 1
LOCAL INSTANCE Naturals
Use == Inner(1)!Op(2) + Inner(1)!Val
Next == \E p \in Node : Act(p)
vars == <<v, w, log>>
Spec == /\ v = 1
        /\ [][Next]_vars /\ WF_vars(Next) /\ \A p \in Node : SF_<<v, w>>(Act(p))
Props == [](v > 0) ~> <>(w = 1) /\ <<Next>>_vars => []<>(ENABLED Next)
Hidden == \EE x : [](x = v)
Sub == [Next]_<<v, w>> /\ (DOMAIN log) \subseteq (SUBSET UNION {{1}})
Cart == (Nat \X Nat) \X Nat = Nat \X Nat \X Nat
Chain == v \cup w \cup (log \cap v)
----
---- MODULE Nested ----
CONSTANT k
Op == k + 1
====
THEOREM Spec => []Lists
<1>1. Init => Lists
  BY DEF Init
<1> QED
After == 1
====
Text after the module is ignored.
