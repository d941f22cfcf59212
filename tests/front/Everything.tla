---- MODULE Everything ----
EXTENDS Integers, Sequences, FiniteSets, TLC
CONSTANTS N, Op(_,_), _ ++ _
VARIABLES x, y, pc
ASSUME NisNat == N \in Nat
ASSUME N > 0 /\ Op(1, 2) = 3
vars == <<x, y, pc>>
a (+) b == a + b
a ^+ == a
f[i \in 1..N, <<p, q>> \in Nat \X Nat] == IF i = 1 THEN p ELSE f[i - 1, <<q, p>>]
RECURSIVE Sum(_), Even(_)
Sum(s) == IF s = <<>> THEN 0 ELSE Head(s) + Sum(Tail(s))
Even(n) == IF n = 0 THEN TRUE ELSE ~Even(n - 1)
Map(F(_), s) == [i \in DOMAIN s |-> F(s[i])]
Sq == Map(LAMBDA v : v * v, <<1, 2, 3>>)
Sorted == SortSeq(<<3, 1>>, <)
TypeOK ==
  /\ x \in [1..N -> 0..10]
  /\ y \in SUBSET Nat
  /\ \/ pc = "a"
     \/ pc \in {"b", "c"}
     \/ /\ pc = "d"
        /\ N > 2
Msgs == [typ : {"a"}, val : Nat] \cup {[typ |-> "b", val |-> v] : v \in 1..3}
Init == /\ x = [i \in 1..N |-> 0]
        /\ y = {} /\ pc = "a"
Act(i) ==
  LET z == x[i] + 1
      g(k) == k + z
      RECURSIVE h(_)
      h(m) == IF m = 0 THEN 0 ELSE h(m - 1)
  IN  /\ pc = "a"
      /\ x' = [x EXCEPT ![i] = @ + g(1), ![i + 1] = h(2)]
      /\ \E j \in y, k \in 1..2 : y' = y \ {j, k}
      /\ CASE i = 1 -> pc' = "b"
           [] i = 2 -> pc' = "c"
           [] OTHER -> UNCHANGED pc
Next == \E i \in 1..N : Act(i) \/ (pc = "b" /\ UNCHANGED vars)
Fair == WF_vars(Next) /\ \A i \in 1..N : SF_<<x, y>>(Act(i))
Spec == Init /\ [][Next]_vars /\ Fair
Live == (pc = "a") ~> (pc = "b")
Prop == [](pc = "a" => <>(pc = "c")) /\ []<><<Next>>_vars
Inv == \A S \in SUBSET y : Cardinality(S) <= N
Ch == CHOOSE v \in Nat : \A w \in 1..N : w # v
En == ENABLED Act(1)
Lab == lab :: x[1] = 1
THEOREM Thm == Spec => []TypeOK
<1>1. Init => TypeOK BY DEF Init, TypeOK
<1>2. QED BY <1>1 DEF Spec
LEMMA ASSUME NEW v \in Nat, v > 0 PROVE v >= 1 OBVIOUS
Tup == <<1, "two\n", {3}>>[1]
Str == "a\"b" \o "c"
Per == Permutations({1, 2}) 
Fn == (1 :> 2) @@ (2 :> 3)
TE == \EE v : v = x
Neg == -x[1] - 1 = -(2)
====
