----------------------------- MODULE Recursion -----------------------------
\* Recursive functions and operators, one within the other; Steep: a number that does not fit.
EXTENDS Integers, Sequences
CONSTANT Limit
VARIABLES n, memo

Fact[k \in 0..30] == IF k = 0 THEN 1 ELSE k * Fact[k - 1]
RECURSIVE Gcd(_, _)
Gcd(a, b) == IF b = 0 THEN a ELSE Gcd(b, a % b)
Fib[k \in Nat] == IF k < 2 THEN k ELSE Fib[k - 1] + Fib[k - 2]
RECURSIVE IsEven(_), IsOdd(_)
IsEven(k) == IF k = 0 THEN TRUE ELSE IsOdd(k - 1)
IsOdd(k) == IF k = 0 THEN FALSE ELSE IsEven(k - 1)
RECURSIVE Permutations(_)
Permutations(S) == IF S = {} THEN {<<>>} ELSE UNION {{<<x>> \o p : p \in Permutations(S \ {x})} : x \in S}
Binary[k \in Nat] == IF k < 2 THEN <<k>> ELSE Append(Binary[k \div 2], k % 2)

Init == n = 1 /\ memo \in Permutations({1, 2, 3})
Next ==
  /\ n < Limit
  /\ n' = n + 1
  /\ memo' = [i \in DOMAIN memo |-> Gcd(memo[i] * n', 12)]
Stutter == n = Limit /\ UNCHANGED <<n, memo>>
Spec == Init /\ [][Next \/ Stutter]_<<n, memo>>

Divides == \A i \in 1..3 : 12 % memo[i] = 0
Parity == IsEven(n) # IsOdd(n) /\ (IsEven(n) <=> Binary[n][Len(Binary[n])] = 0)
Grows == Fib[n + 1] >= Fib[n]
Positive == Fact[n] > 0
=============================================================================
