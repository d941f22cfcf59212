--------------------------- MODULE CacheCoherence ---------------------------
\* MSI over a bus that does one thing at a time. Lazy = TRUE: a write does not take away the copies of the others.
EXTENDS Naturals, FiniteSets
CONSTANTS Caches, Lines, Data, Lazy
VARIABLES mode, copy, memory

vars == <<mode, copy, memory>>
Init ==
  /\ mode = [c \in Caches, l \in Lines |-> "I"]
  /\ copy = [c \in Caches, l \in Lines |-> 0]
  /\ memory = [l \in Lines |-> 0]

Owner(l) == {c \in Caches : mode[c, l] = "M"}
Current(l) == IF Owner(l) = {} THEN memory[l] ELSE copy[CHOOSE c \in Owner(l) : TRUE, l]

Read(c, l) ==
  /\ mode[c, l] = "I"
  /\ LET v == Current(l) IN
       /\ memory' = [memory EXCEPT ![l] = v]
       /\ copy' = [copy EXCEPT ![c, l] = v]
       /\ mode' = [d \in Caches, k \in Lines |->
                     IF k = l /\ (d = c \/ mode[d, k] = "M") THEN "S" ELSE mode[d, k]]

Write(c, l, v) ==
  /\ copy' = [copy EXCEPT ![c, l] = v]
  /\ memory' = [memory EXCEPT ![l] = Current(l)]
  /\ mode' = [d \in Caches, k \in Lines |->
                CASE k # l -> mode[d, k]
                  [] d = c /\ k = l -> "M"
                  [] OTHER -> IF Lazy /\ mode[d, k] = "S" THEN "S" ELSE "I"]

Evict(c, l) ==
  /\ mode[c, l] # "I"
  /\ memory' = IF mode[c, l] = "M" THEN [memory EXCEPT ![l] = copy[c, l]] ELSE memory
  /\ mode' = [mode EXCEPT ![c, l] = "I"]
  /\ copy' = [copy EXCEPT ![c, l] = 0]

Next == \E c \in Caches, l \in Lines : Read(c, l) \/ Evict(c, l) \/ \E v \in Data : Write(c, l, v)
Spec == Init /\ [][Next]_vars

TypeOK == mode \in [Caches \X Lines -> {"M", "S", "I"}] /\ copy \in [Caches \X Lines -> Data \cup {0}]
OneWriter == \A l \in Lines : Cardinality(Owner(l)) <= 1
Coherent == \A l \in Lines : \A c, d \in Caches :
  mode[c, l] # "I" /\ mode[d, l] # "I" => copy[c, l] = copy[d, l]
Fresh == \A c \in Caches, l \in Lines : mode[c, l] = "S" => copy[c, l] = memory[l]
=============================================================================
