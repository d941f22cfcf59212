// Helper functions for the expressions in trace.yaml. specgen adds this file,
// beside its own emitter, to package raft of the instrumented copy.

package raft

import (
	"fmt"
	"slices"

	pb "go.etcd.io/raft/v3/raftpb"
)

// specgenNode is a node's name in the trace.
func specgenNode(id uint64) string {
	if id == None {
		return "none"
	}
	return fmt.Sprintf("n%d", id)
}

// SpecgenNode is specgenNode for the harness.
func SpecgenNode(id uint64) string { return specgenNode(id) }

// specgenStepEvent names the event of a call of (*raft).Step.
//
// A proposal made through RawNode.Propose has no addressee. A forwarded one has,
// and it keeps the sender of the first hop: with two forwards it can even come
// back to the node that made it, so the sender does not tell the two apart.
// Answers of a node to itself never leave it: Advance steps them.
func specgenStepEvent(r *raft, m pb.Message) string {
	switch m.Type {
	case pb.MsgStorageAppendResp, pb.MsgStorageApplyResp:
		return "" // the storage's acknowledgements are not modelled
	case pb.MsgProp:
		if m.To == None {
			return "Propose"
		}
	case pb.MsgAppResp, pb.MsgVoteResp:
		if m.From == r.id {
			return "Advance"
		}
	}
	return "Step_" + m.Type.String()
}

// specgenMessage is a message as the spec sees it: all fields, always.
func specgenMessage(m pb.Message) map[string]any {
	entries := make([]uint64, 0, len(m.Entries))
	for i := range m.Entries {
		entries = append(entries, m.Entries[i].Term)
	}
	return map[string]any{
		"type":       m.Type.String(),
		"from":       specgenNode(m.From),
		"to":         specgenNode(m.To),
		"term":       m.Term,
		"index":      m.Index,
		"logTerm":    m.LogTerm,
		"entries":    entries,
		"commit":     m.Commit,
		"reject":     m.Reject,
		"rejectHint": m.RejectHint,
	}
}

// SpecgenMessage is specgenMessage for the harness.
func SpecgenMessage(m pb.Message) map[string]any { return specgenMessage(m) }

// specgenOutbox is what the next Ready releases to other nodes.
func specgenOutbox(r *raft) []map[string]any {
	return specgenSent(r, func(m pb.Message) bool { return m.To != r.id })
}

// specgenSelfMessages is what the Advance after the next Ready steps, in order.
func specgenSelfMessages(r *raft) []map[string]any {
	return specgenSent(r, func(m pb.Message) bool { return m.To == r.id })
}

// specgenSent is what was sent since the last Ready: first the messages that may be
// sent at once, then those that wait for the disk, each in the order of sending.
func specgenSent(r *raft, wanted func(pb.Message) bool) []map[string]any {
	out := make([]map[string]any, 0, len(r.msgs)+len(r.msgsAfterAppend))
	for _, m := range slices.Concat(r.msgs, r.msgsAfterAppend) {
		if wanted(m) {
			out = append(out, specgenMessage(m))
		}
	}
	return out
}

// specgenVotes is the sorted list of the nodes whose recorded vote is v.
func specgenVotes(r *raft, v bool) []string {
	ids := make([]uint64, 0, len(r.trk.Votes))
	for id, vote := range r.trk.Votes {
		if vote == v {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, specgenNode(id))
	}
	return names
}

func specgenMatch(r *raft) map[string]uint64 {
	out := map[string]uint64{}
	for id, pr := range r.trk.Progress {
		out[specgenNode(id)] = pr.Match
	}
	return out
}

func specgenNext(r *raft) map[string]uint64 {
	out := map[string]uint64{}
	for id, pr := range r.trk.Progress {
		out[specgenNode(id)] = pr.Next
	}
	return out
}

func specgenProgressState(r *raft) map[string]string {
	out := map[string]string{}
	for id, pr := range r.trk.Progress {
		out[specgenNode(id)] = pr.State.String()
	}
	return out
}

func specgenInflights(r *raft) map[string]int {
	out := map[string]int{}
	for id, pr := range r.trk.Progress {
		out[specgenNode(id)] = pr.Inflights.Count()
	}
	return out
}

func specgenPaused(r *raft) map[string]bool {
	out := map[string]bool{}
	for id, pr := range r.trk.Progress {
		out[specgenNode(id)] = pr.MsgAppFlowPaused
	}
	return out
}

// SpecgenObserve writes an event of the harness that concerns a node, with the node's state.
func SpecgenObserve(event string, rn *RawNode, params map[string]any) {
	SpecgenEmit(event, specgenNode(rn.raft.id), params, specgenState(rn.raft))
}

// SpecgenLoseUnsent empties the outbox of a node that is about to crash: what no Ready released is lost with it.
func SpecgenLoseUnsent(rn *RawNode) {
	rn.raft.msgs, rn.raft.msgsAfterAppend = nil, nil
}
