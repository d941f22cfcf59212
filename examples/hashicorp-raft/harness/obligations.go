package main

// The kinds of obligations, in the order of the report.
const (
	kindOwn       = "a node's own state: no term, vote, commit or applied index goes back while it runs"
	kindVote      = "a node's vote in a term is never another one, over restarts too"
	kindPreAnswer = "a promised vote was promised by the node that answers"
	kindAnswer    = "a granted vote was granted by the node that answers"
	kindMajority  = "a leader has the votes of a majority, and no other leads its term"
	kindLeader    = "what is appended, sent or committed for a term is its leader's"
	kindEntry     = "an entry that arrives was appended by the leader of its term, with the same value"
	kindSent      = "a commit index that arrives was reached by a leader"
	kindTook      = "what a leader counts as replicated was taken by that follower"
	kindQuorum    = "what a leader commits is with a majority"
	kindSnapshot  = "a snapshot that arrives was taken"
	kindTransfer  = "a call to take over was sent"
)

var kinds = []string{
	kindOwn, kindVote, kindPreAnswer, kindAnswer, kindMajority, kindLeader,
	kindEntry, kindSent, kindTook, kindQuorum, kindSnapshot, kindTransfer,
}

// take is the next line: what it owes, and what it tells.
func (h *history) take(e event) error {
	for _, part := range []func(event) error{h.own, h.election, h.leading, h.following} {
		if err := part(e); err != nil {
			return err
		}
	}
	return nil
}

// own holds a node's state against that of its last event.
func (h *history) own(e event) error {
	switch {
	case e.Event == "Connect" || e.Event == "Disconnect" || !e.State.Settled:
		return nil
	case e.Event == "Start":
		delete(h.last, e.Node)
	}
	s := e.State
	if before, ok := h.last[e.Node]; ok {
		b := before.State
		fine := s.CommitIndex >= b.CommitIndex && s.LastApplied >= b.LastApplied && s.LastApplied <= s.LastIndex
		if err := h.owed(kindOwn, fine); err != nil {
			return err
		}
	}
	if err := h.owed(kindOwn, s.CurrentTerm >= h.terms[e.Node]); err != nil {
		return err
	}
	h.terms[e.Node], h.last[e.Node] = s.CurrentTerm, e
	at := vote{e.Node, s.CurrentTerm}
	given, voted := h.votes[at]
	if voted {
		return h.owed(kindVote, s.VotedFor == given)
	}
	if s.VotedFor != "none" {
		h.votes[at] = s.VotedFor
	}
	return nil
}

func (h *history) election(e event) error {
	p := e.Params
	switch e.Event {
	case "HandlePreVoteRequest":
		if p.Granted {
			at := vote{e.Node, p.M.Term}
			if h.pre[at] == nil {
				h.pre[at] = map[string]bool{}
			}
			h.pre[at][p.M.Candidate] = true
		}
	case "HandlePreVoteResponse":
		if p.Granted && p.From != e.Node {
			return h.owed(kindPreAnswer, h.pre[vote{p.From, p.Term}][e.Node])
		}
	case "HandleVoteResponse":
		if p.Granted {
			return h.owed(kindAnswer, h.votes[vote{p.From, p.Term}] == e.Node)
		}
	case "BecomeLeader":
		term, votes := e.State.CurrentTerm, 0
		for at, candidate := range h.votes {
			if at.term == term && candidate == e.Node {
				votes++
			}
		}
		if err := h.owed(kindMajority, h.leaders[term] == "" && 2*votes > h.size); err != nil {
			return err
		}
		h.leaders[term] = e.Node
	case "SendTimeoutNow":
		h.asked[p.To]++
	case "HandleTimeoutNow":
		if err := h.owed(kindTransfer, h.asked[e.Node] > 0); err != nil {
			return err
		}
		h.asked[e.Node]--
	}
	return nil
}

func (h *history) leading(e event) error {
	p, term := e.Params, e.State.CurrentTerm
	switch e.Event {
	case "AppendLocal":
		for _, each := range p.Entries {
			if err := h.owed(kindLeader, h.leaders[each.Term] == e.Node && each.Term == term); err != nil {
				return err
			}
			h.append(each)
		}
		h.matches[ack{e.Node, term}] = e.State.LastIndex
	case "AppendAccepted", "SnapshotAccepted":
		at := ack{p.To, p.Term}
		if err := h.owed(kindTook, h.leaders[p.Term] == e.Node && p.Match <= h.acks[at]); err != nil {
			return err
		}
		if p.Match > h.matches[at] {
			h.matches[at] = p.Match
		}
	case "AdvanceCommit":
		have := 0
		for at, index := range h.matches {
			if at.term == term && index >= e.State.CommitIndex {
				have++
			}
		}
		if err := h.owed(kindLeader, h.leaders[term] == e.Node); err != nil {
			return err
		}
		if err := h.owed(kindQuorum, 2*have > h.size); err != nil {
			return err
		}
		h.commits[term] = e.State.CommitIndex
		if e.State.CommitIndex > h.committed {
			h.committed = e.State.CommitIndex
		}
	case "TakeSnapshot":
		h.pictures[p.Index] = p.Term
	}
	return nil
}

func (h *history) append(each entry) {
	if h.log[each.Index] == nil {
		h.log[each.Index] = map[uint64]entry{}
	}
	h.log[each.Index][each.Term] = each
}

func (h *history) following(e event) error {
	m, at := e.Params.M, ack{e.Node, e.Params.M.Term}
	switch e.Event {
	case "HandleHeartbeat", "HandleAppendEntries":
		if err := h.owed(kindLeader, h.leaders[m.Term] == m.Leader); err != nil {
			return err
		}
		// It need not be the leader of the request's term that reached it: see README.md, what was found.
		if err := h.owed(kindSent, m.Commit <= h.committed); err != nil {
			return err
		}
		if m.Commit > h.reachedBy(m.Term) {
			h.late++
		}
		for _, each := range m.Entries {
			// The first entry has the configuration, and stands in every log before the trace begins.
			known := h.log[each.Index][each.Term] == each || each.Index == 1
			if err := h.owed(kindEntry, known); err != nil {
				return err
			}
		}
		if end := m.PrevIndex + uint64(len(m.Entries)); e.Params.Success && end > h.acks[at] {
			h.acks[at] = end
		}
	case "HandleInstallSnapshot":
		if err := h.owed(kindSnapshot, h.pictures[m.LastIndex] == m.LastTerm && m.LastTerm > 0); err != nil {
			return err
		}
		if e.Params.Success && m.LastIndex > h.acks[at] {
			h.acks[at] = m.LastIndex
		}
	}
	return nil
}

// reachedBy is the greatest index that was committed by the leader of a term, or of
// one before it.
func (h *history) reachedBy(term uint64) (index uint64) {
	for earlier, reached := range h.commits {
		if earlier <= term && reached > index {
			index = reached
		}
	}
	return index
}
