------------------------------- MODULE Ledger -------------------------------
\* Records within functions within records, changed by EXCEPT in all its forms.
EXTENDS Integers, Sequences
CONSTANTS Owners, Amounts, Most
VARIABLE bank

Account == [balance |-> 0, log |-> <<>>, flags |-> [frozen |-> FALSE, level |-> 1]]
Init == bank = [accounts |-> [o \in Owners |-> Account], fees |-> [paid |-> 0, last |-> <<"none", 0>>]]

Deposit(o, n) == bank' = [bank EXCEPT !.accounts[o].balance = @ + n, !.accounts[o].log = Append(@, n)]
Transfer(o, p, n) ==
  /\ ~bank.accounts[o].flags.frozen
  /\ bank.accounts[o].balance > n
  /\ bank' = [bank EXCEPT
       !.accounts[o].balance = @ - n - 1,
       !.accounts[p].balance = @ + n,
       !.accounts[o].log = Append(@, -n),
       !.fees.paid = @ + 1,
       !.fees.last[1] = o,
       !["fees"].last[2] = @ + n]
Freeze(o) == bank' = [bank EXCEPT !.accounts = [@ EXCEPT ![o].flags.frozen = ~@, ![o].flags.level = 3 - @]]
Next == \E o \in Owners :
  \/ \E n \in Amounts : Deposit(o, n)
  \/ \E p \in Owners \ {o}, n \in Amounts : Transfer(o, p, n)
  \/ Freeze(o)
Spec == Init /\ [][Next]_bank

Balances == [o \in Owners |-> bank.accounts[o].balance]
RECURSIVE Total(_)
Total(S) == IF S = {} THEN 0 ELSE LET o == CHOOSE o \in S : TRUE IN Balances[o] + Total(S \ {o})
RECURSIVE Deposits(_)
Deposits(s) == IF s = <<>> THEN 0 ELSE (IF Head(s) > 0 THEN Head(s) ELSE 0) + Deposits(Tail(s))
Short == \A o \in Owners : Len(bank.accounts[o].log) <= Most
NoDebt == \A o \in Owners : Balances[o] >= 0
Frozen == \A o \in Owners : bank.accounts[o].flags.frozen <=> bank.accounts[o].flags.level = 2
Seen == bank.fees.paid <= 1 \/ bank.fees.last[2] < 4
=============================================================================
