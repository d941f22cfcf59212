\* specgen: iispec 1
---- MODULE SyncObjRaft ----
(* The raft of pysyncobj 0.3.14 as its code has it (pysyncobj/syncobj.py), with what is odd about it: a restart forgets term and
   vote, entries behind an accepted one are always cut off, and `next_node_idx` does not say of which term it is. *)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Server,
    None

VARIABLES
    currentTerm,
    votedFor,
    role,
    votes,        \* how many votes a candidate has
    log,          \* of each entry its term; the first stands in every journal from the beginning on
    commitIndex,
    lastApplied,
    nextIndex,
    matchIndex,
    savedCommit,  \* the commit index that a restart finds beside the journal
    up,
    net           \* net[a][b] is under way from a to b, in order; messages may be lost

vars == <<currentTerm, votedFor, role, votes, log, commitIndex, lastApplied, nextIndex, matchIndex, savedCommit, up, net>>

Others(s) == Server \ {s}
Majority(n) == 2 * n > Cardinality(Server)
Min(a, b) == IF a < b THEN a ELSE b
Max(S) == CHOOSE x \in S : \A y \in S : y <= x
Range(q) == {q[i] : i \in DOMAIN q}

---- \* Messages

First(q, m) == CHOOSE k \in DOMAIN q : q[k] = m /\ \A j \in 1..(k - 1) : q[j] # m

\* What was sent before a message on its way, and did not arrive, is lost.
Received(n, m) == [n EXCEPT ![m.from][m.to] = SubSeq(@, First(@, m) + 1, Len(@))]
Sent(n, m) == [n EXCEPT ![m.from][m.to] = Append(@, m)]
ToOthers(n, s, Message(_)) == [n EXCEPT ![s] = [p \in Server |-> IF p = s THEN @[p] ELSE Append(@[p], Message(p))]]

Arrives(s, m, type) == up[s] /\ m.type = type /\ m.to = s /\ m \in Range(net[m.from][s])

\* __sendAppendEntries to one node: everything from `next` on, in one message.
EntriesFor(s, p, term, l, commit, next) ==
    LET known == next - 1 <= Len(l)
    IN  [type |-> "append_entries", from |-> s, to |-> p, term |-> term, commit_index |-> commit,
         entries |-> IF next <= Len(l) THEN SubSeq(l, next, Len(l)) ELSE <<>>,
         prevLogIdx |-> IF known THEN next - 1 ELSE 0,
         prevLogTerm |-> IF known THEN l[next - 1] ELSE 0]

AfterSending(l, next) == IF next <= Len(l) THEN Len(l) + 1 ELSE next

---- \* Elections

Init ==
    /\ currentTerm = [s \in Server |-> 0]
    /\ votedFor = [s \in Server |-> None]
    /\ role = [s \in Server |-> "Follower"]
    /\ votes = [s \in Server |-> 0]
    /\ log = [s \in Server |-> <<0>>]
    /\ commitIndex = [s \in Server |-> 1]
    /\ lastApplied = [s \in Server |-> 1]
    /\ nextIndex = [s \in Server |-> [p \in Others(s) |-> 2]]
    /\ matchIndex = [s \in Server |-> [p \in Others(s) |-> 0]]
    /\ savedCommit = [s \in Server |-> 1]
    /\ up = [s \in Server |-> TRUE]
    /\ net = [a \in Server |-> [b \in Server |-> <<>>]]

Timeout(s) ==
    LET term == currentTerm[s] + 1
        request == [type |-> "request_vote", from |-> s, term |-> term,
                    last_log_index |-> Len(log[s]), last_log_term |-> log[s][Len(log[s])]]
        Request(p) == [type |-> request.type, from |-> s, to |-> p, term |-> request.term,
                       last_log_index |-> request.last_log_index, last_log_term |-> request.last_log_term]
    IN  /\ up[s]
        /\ role[s] # "Leader"
        /\ currentTerm' = [currentTerm EXCEPT ![s] = term]
        /\ votedFor' = [votedFor EXCEPT ![s] = s]
        /\ role' = [role EXCEPT ![s] = "Candidate"]
        /\ votes' = [votes EXCEPT ![s] = 1]
        /\ net' = ToOthers(net, s, Request)
        /\ UNCHANGED <<log, commitIndex, lastApplied, nextIndex, matchIndex, savedCommit, up>>

RequestVote(s, m) ==
    /\ Arrives(s, m, "request_vote")
    /\ LET newer == m.term > currentTerm[s]
           term == IF newer THEN m.term ELSE currentTerm[s]
           voted == IF newer THEN None ELSE votedFor[s]
           becomes == IF newer THEN "Follower" ELSE role[s]
           lastTerm == log[s][Len(log[s])]
           recent == m.last_log_term > lastTerm \/ (m.last_log_term = lastTerm /\ m.last_log_index >= Len(log[s]))
           grants == becomes # "Leader" /\ m.term >= term /\ recent /\ voted = None
           rest == Received(net, m)
       IN  /\ currentTerm' = [currentTerm EXCEPT ![s] = term]
           /\ votedFor' = [votedFor EXCEPT ![s] = IF grants THEN m.from ELSE voted]
           /\ role' = [role EXCEPT ![s] = becomes]
           /\ net' = IF grants
                     THEN Sent(rest, [type |-> "response_vote", from |-> s, to |-> m.from, term |-> m.term])
                     ELSE rest
           /\ UNCHANGED <<votes, log, commitIndex, lastApplied, nextIndex, matchIndex, savedCommit, up>>

\* With the vote that makes a leader comes an entry of its term, which is sent at once.
ResponseVote(s, m) ==
    /\ Arrives(s, m, "response_vote")
    /\ LET counts == role[s] = "Candidate" /\ m.term = currentTerm[s]
           wins == counts /\ Majority(votes[s] + 1)
           l == Append(log[s], currentTerm[s])
           term == currentTerm[s]
           commit == commitIndex[s]
           next == Len(log[s]) + 1
           Entries(p) == EntriesFor(s, p, term, l, commit, next)
           rest == Received(net, m)
       IN  /\ votes' = IF counts THEN [votes EXCEPT ![s] = @ + 1] ELSE votes
           /\ role' = IF wins THEN [role EXCEPT ![s] = "Leader"] ELSE role
           /\ log' = IF wins THEN [log EXCEPT ![s] = l] ELSE log
           /\ nextIndex' = IF wins THEN [nextIndex EXCEPT ![s] = [p \in Others(s) |-> AfterSending(l, next)]] ELSE nextIndex
           /\ matchIndex' = IF wins THEN [matchIndex EXCEPT ![s] = [p \in Others(s) |-> 0]] ELSE matchIndex
           /\ net' = IF wins THEN ToOthers(rest, s, Entries) ELSE rest
           /\ UNCHANGED <<currentTerm, votedFor, commitIndex, lastApplied, savedCommit, up>>

\* A leader that has not heard of a majority for long.
StepDown(s) ==
    /\ up[s]
    /\ role[s] = "Leader"
    /\ role' = [role EXCEPT ![s] = "Follower"]
    /\ UNCHANGED <<currentTerm, votedFor, votes, log, commitIndex, lastApplied, nextIndex, matchIndex, savedCommit, up, net>>

---- \* Replication

ClientRequest(s) ==
    /\ up[s]
    /\ role[s] = "Leader"
    /\ log' = [log EXCEPT ![s] = Append(@, currentTerm[s])]
    /\ UNCHANGED <<currentTerm, votedFor, role, votes, commitIndex, lastApplied, nextIndex, matchIndex, savedCommit, up, net>>

SendAppendEntries(s) ==
    LET l == log[s]
        term == currentTerm[s]
        commit == commitIndex[s]
        next == nextIndex[s]
        Entries(p) == EntriesFor(s, p, term, l, commit, next[p])
    IN  /\ up[s]
        /\ role[s] = "Leader"
        /\ net' = ToOthers(net, s, Entries)
        /\ nextIndex' = [nextIndex EXCEPT ![s] = [p \in Others(s) |-> AfterSending(l, next[p])]]
        /\ UNCHANGED <<currentTerm, votedFor, role, votes, log, commitIndex, lastApplied, matchIndex, savedCommit, up>>

AppendEntries(s, m) ==
    /\ Arrives(s, m, "append_entries")
    /\ LET current == m.term >= currentTerm[s]
           l == log[s]
           known == m.prevLogIdx \in 1..Len(l)
           fits == known /\ l[m.prevLogIdx] = m.prevLogTerm
           takes == current /\ fits
           new == IF takes THEN SubSeq(l, 1, m.prevLogIdx) \o m.entries ELSE l
           voted == IF m.term > currentTerm[s] THEN None ELSE votedFor[s]
           answer == [type |-> "next_node_idx", from |-> s, to |-> m.from,
                      next_node_idx |-> IF ~known THEN Len(l) + 1
                                        ELSE IF ~fits THEN m.prevLogIdx
                                        ELSE m.prevLogIdx + Len(m.entries) + 1,
                      reset |-> ~fits, success |-> fits]
           commit == IF takes /\ m.commit_index > commitIndex[s] THEN Min(m.commit_index, Len(new)) ELSE commitIndex[s]
           rest == Received(net, m)
       IN  /\ currentTerm' = IF current THEN [currentTerm EXCEPT ![s] = m.term] ELSE currentTerm
           /\ votedFor' = IF current THEN [votedFor EXCEPT ![s] = voted] ELSE votedFor
           /\ role' = IF current THEN [role EXCEPT ![s] = "Follower"] ELSE role
           /\ log' = [log EXCEPT ![s] = new]
           /\ commitIndex' = [commitIndex EXCEPT ![s] = commit]
           /\ net' = IF current THEN Sent(rest, answer) ELSE rest
           /\ UNCHANGED <<votes, lastApplied, nextIndex, matchIndex, savedCommit, up>>

NextNodeIdx(s, m) ==
    /\ Arrives(s, m, "next_node_idx")
    /\ LET leads == role[s] = "Leader"
           further == m.success /\ matchIndex[s][m.from] < m.next_node_idx - 1
           rest == Received(net, m)
       IN  /\ nextIndex' = IF leads /\ (m.reset \/ further)
                           THEN [nextIndex EXCEPT ![s][m.from] = m.next_node_idx]
                           ELSE nextIndex
           /\ matchIndex' = IF leads /\ further
                            THEN [matchIndex EXCEPT ![s][m.from] = m.next_node_idx - 1]
                            ELSE matchIndex
           /\ net' = rest
           /\ UNCHANGED <<currentTerm, votedFor, role, votes, log, commitIndex, lastApplied, savedCommit, up>>

\* What a majority has, of the entries of the leader's own term.
Committable(s) ==
    {i \in (commitIndex[s] + 1)..Len(log[s]) :
        /\ Majority(1 + Cardinality({p \in Others(s) : matchIndex[s][p] >= i}))
        /\ log[s][i] = currentTerm[s]}

AdvanceCommit(s) ==
    /\ up[s]
    /\ role[s] = "Leader"
    /\ Committable(s) # {}
    /\ commitIndex' = [commitIndex EXCEPT ![s] = Max(Committable(s))]
    /\ UNCHANGED <<currentTerm, votedFor, role, votes, log, lastApplied, nextIndex, matchIndex, savedCommit, up, net>>

\* Entry i, which is of term t.
Apply(s, i, t) ==
    /\ up[s]
    /\ i = lastApplied[s] + 1
    /\ i <= commitIndex[s]
    /\ i <= Len(log[s])
    /\ t = log[s][i]
    /\ lastApplied' = [lastApplied EXCEPT ![s] = i]
    /\ UNCHANGED <<currentTerm, votedFor, role, votes, log, commitIndex, nextIndex, matchIndex, savedCommit, up, net>>

---- \* Restarts

\* Once a second the commit index is written beside the journal.
SaveMeta(s) ==
    /\ up[s]
    /\ savedCommit' = [savedCommit EXCEPT ![s] = commitIndex[s]]
    /\ UNCHANGED <<currentTerm, votedFor, role, votes, log, commitIndex, lastApplied, nextIndex, matchIndex, up, net>>

Crash(s) ==
    /\ up[s]
    /\ up' = [up EXCEPT ![s] = FALSE]
    /\ UNCHANGED <<currentTerm, votedFor, role, votes, log, commitIndex, lastApplied, nextIndex, matchIndex, savedCommit, net>>

\* The journal has the entries, but neither the term nor the vote.
Restart(s) ==
    /\ ~up[s]
    /\ up' = [up EXCEPT ![s] = TRUE]
    /\ currentTerm' = [currentTerm EXCEPT ![s] = 0]
    /\ votedFor' = [votedFor EXCEPT ![s] = None]
    /\ role' = [role EXCEPT ![s] = "Follower"]
    /\ votes' = [votes EXCEPT ![s] = 0]
    /\ commitIndex' = [commitIndex EXCEPT ![s] = savedCommit[s]]
    /\ lastApplied' = [lastApplied EXCEPT ![s] = 1]
    /\ net' = [a \in Server |-> [net[a] EXCEPT ![s] = <<>>]]
    /\ UNCHANGED <<log, nextIndex, matchIndex, savedCommit>>

Next ==
    \/ \E s \in Server :
        \/ Timeout(s)
        \/ StepDown(s)
        \/ ClientRequest(s)
        \/ SendAppendEntries(s)
        \/ AdvanceCommit(s)
        \/ SaveMeta(s)
        \/ Crash(s)
        \/ Restart(s)
    \/ \E s \in Server : \E i \in DOMAIN log[s] : Apply(s, i, log[s][i])
    \/ \E s, p \in Server : \E m \in Range(net[p][s]) :
        \/ RequestVote(s, m)
        \/ ResponseVote(s, m)
        \/ AppendEntries(s, m)
        \/ NextNodeIdx(s, m)

Spec == Init /\ [][Next]_vars

---- \* Properties

TypeOK ==
    /\ currentTerm \in [Server -> Nat]
    /\ votedFor \in [Server -> Server \cup {None}]
    /\ role \in [Server -> {"Follower", "Candidate", "Leader"}]
    /\ votes \in [Server -> Nat]
    /\ \A s \in Server : log[s] \in Seq(Nat) /\ Len(log[s]) >= 1
    /\ commitIndex \in [Server -> Nat]
    /\ lastApplied \in [Server -> Nat]
    /\ \A s \in Server : \A p \in Others(s) : nextIndex[s][p] >= 2 /\ matchIndex[s][p] \in Nat
    /\ savedCommit \in [Server -> Nat]
    /\ up \in [Server -> BOOLEAN]

\* One leader a term.
ElectionSafety ==
    \A s, t \in Server :
        role[s] = "Leader" /\ role[t] = "Leader" /\ currentTerm[s] = currentTerm[t] => s = t

\* Logs that agree on an entry agree on all before it.
LogMatching ==
    \A s, t \in Server : \A i \in DOMAIN log[s] \cap DOMAIN log[t] :
        log[s][i] = log[t][i] => \A j \in 1..i : log[s][j] = log[t][j]

\* What is committed is the same everywhere.
StateMachineSafety ==
    /\ \A s \in Server : commitIndex[s] <= Len(log[s])
    /\ \A s, t \in Server : \A i \in 1..Min(commitIndex[s], commitIndex[t]) : log[s][i] = log[t][i]

\* A leader has all that is committed in terms up to its own.
LeaderCompleteness ==
    \A s, t \in Server : \A i \in 1..commitIndex[t] :
        role[s] = "Leader" /\ currentTerm[s] >= currentTerm[t] => i <= Len(log[s]) /\ log[s][i] = log[t][i]

====
