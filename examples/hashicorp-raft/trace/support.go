// Helper functions for the expressions in trace.yaml. specgen adds this file,
// beside its own emitter, to package raft of the instrumented copy.

package raft

// specgenVotedFor is whom a node voted for in its current term. The stable store
// has its own lock, and only the node's own goroutine votes.
func specgenVotedFor(r *Raft) string {
	term, err := r.stable.GetUint64(keyLastVoteTerm)
	candidate, noCandidate := r.stable.Get(keyLastVoteCand)
	if err != nil || noCandidate != nil || term != r.getCurrentTerm() {
		return "none"
	}
	return string(r.trans.DecodePeer(candidate))
}

// specgenLeader is the leader that a node knows of.
func specgenLeader(r *Raft) string {
	if _, id := r.LeaderWithID(); id != "" {
		return string(id)
	}
	return "none"
}

func specgenLastIndex(r *Raft) uint64 {
	index, _ := r.getLastEntry()
	return index
}

func specgenLastTerm(r *Raft) uint64 {
	_, term := r.getLastEntry()
	return term
}

// specgenAppendEvent tells a heartbeat, which has nothing but its term, from a
// request that has a place in the log.
func specgenAppendEvent(a *AppendEntriesRequest) string {
	if a.PrevLogEntry == 0 && a.PrevLogTerm == 0 && len(a.Entries) == 0 && a.LeaderCommitIndex == 0 {
		return "HandleHeartbeat"
	}
	return "HandleAppendEntries"
}

// specgenApplied is no event on a follower: it applies entries inside of
// appendEntries, whose event has the state after it. A leader hands over futures.
func specgenApplied(futures map[uint64]*logFuture) string {
	if futures == nil {
		return ""
	}
	return "ApplyLogs"
}

// specgenAccepted is no event for a request without entries: it changes nothing
// that the leader knows of its follower's log.
func specgenAccepted(req *AppendEntriesRequest) string {
	if len(req.Entries) == 0 {
		return ""
	}
	return "AppendAccepted"
}

// specgenMatch is the last index that a follower has after it took a request.
func specgenMatch(req *AppendEntriesRequest) uint64 {
	return req.PrevLogEntry + uint64(len(req.Entries))
}

// specgenEntries is entries of a log as a specification sees them.
func specgenEntries(logs []*Log) []map[string]any {
	out := make([]map[string]any, 0, len(logs))
	for _, log := range logs {
		value := ""
		if log.Type == LogCommand {
			value = string(log.Data)
		}
		out = append(out, map[string]any{"index": log.Index, "term": log.Term, "kind": log.Type.String(), "value": value})
	}
	return out
}

func specgenAppendRequest(a *AppendEntriesRequest) map[string]any {
	return map[string]any{
		"term":      a.Term,
		"leader":    string(a.RPCHeader.ID),
		"prevIndex": a.PrevLogEntry,
		"prevTerm":  a.PrevLogTerm,
		"entries":   specgenEntries(a.Entries),
		"commit":    a.LeaderCommitIndex,
	}
}

func specgenSnapshotRequest(req *InstallSnapshotRequest) map[string]any {
	return map[string]any{
		"term":      req.Term,
		"leader":    string(req.RPCHeader.ID),
		"lastIndex": req.LastLogIndex,
		"lastTerm":  req.LastLogTerm,
	}
}

func specgenVoteRequest(req *RequestVoteRequest) map[string]any {
	return map[string]any{
		"term":      req.Term,
		"candidate": string(req.RPCHeader.ID),
		"lastIndex": req.LastLogIndex,
		"lastTerm":  req.LastLogTerm,
		"transfer":  req.LeadershipTransfer,
	}
}

func specgenPreVoteRequest(req *RequestPreVoteRequest) map[string]any {
	return map[string]any{
		"term":      req.Term,
		"candidate": string(req.RPCHeader.ID),
		"lastIndex": req.LastLogIndex,
		"lastTerm":  req.LastLogTerm,
	}
}

// SpecgenObserve writes an event of the harness on a node, with the node's state.
// None of the node's goroutines may be running.
func SpecgenObserve(event string, r *Raft, params map[string]any) {
	SpecgenEmit(event, string(r.localID), params, specgenState(r))
}
