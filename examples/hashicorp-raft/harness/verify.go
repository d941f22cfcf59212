package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// What the order of the lines claims is that each event stands behind all that it
// presupposes: an obligation, which an earlier line has to have closed. Here they
// are looked up, one kind after another, with no knowledge of how the trace was made.

// event is a line of a trace.
type event struct {
	Seq    int
	Event  string
	Node   string
	Params struct {
		M struct {
			Term      uint64
			Leader    string
			Candidate string
			PrevIndex uint64
			PrevTerm  uint64
			LastIndex uint64
			LastTerm  uint64
			Commit    uint64
			Entries   []entry
		}
		Entries []entry
		From    string
		To      string
		Term    uint64
		Granted bool
		Success bool
		Match   uint64
		Index   uint64
	}
	State struct {
		CurrentTerm uint64
		VotedFor    string
		Role        string
		CommitIndex uint64
		LastApplied uint64
		LastIndex   uint64
		LastTerm    uint64
		Settled     bool
	}
}

type entry struct {
	Index uint64
	Term  uint64
	Kind  string
	Value string
}

// vote is a vote of a node in a term.
type vote struct {
	node string
	term uint64
}

// ack is what a follower said to have: of the leader's log of a term, up to an index.
type ack struct {
	node string
	term uint64
}

// history is what the lines so far have told.
type history struct {
	size     int
	closed   map[string]int           // obligations that were closed, by kind
	votes    map[vote]string          // whom a node voted for
	pre      map[vote]map[string]bool // to whom a node promised its vote
	leaders  map[uint64]string
	log      map[uint64]map[uint64]entry // index, term: what a leader appended
	commits  map[uint64]uint64           // term: the greatest index its leader committed
	acks     map[ack]uint64              // what a follower took
	matches  map[ack]uint64              // what the leader knows of it
	last     map[string]event            // the last settled event of a node since it started
	terms    map[string]uint64           // the greatest term of a node, over restarts too
	pictures map[uint64]uint64           // index, term of each snapshot that was taken
	asked    map[string]int              // leaders' calls to take over, by node, not yet heard

	committed uint64 // the greatest index that any leader committed
	late      int    // requests with a commit index that the leader of their term had not reached
}

func newHistory(size int) *history {
	return &history{
		size: size, closed: map[string]int{}, votes: map[vote]string{}, pre: map[vote]map[string]bool{},
		leaders: map[uint64]string{}, log: map[uint64]map[uint64]entry{}, commits: map[uint64]uint64{},
		acks: map[ack]uint64{}, matches: map[ack]uint64{}, last: map[string]event{}, terms: map[string]uint64{},
		pictures: map[uint64]uint64{}, asked: map[string]int{},
	}
}

// owed is an obligation: what of, and whether the lines so far close it.
func (h *history) owed(kind string, closed bool) error {
	if !closed {
		return errors.New(kind)
	}
	h.closed[kind]++
	return nil
}

// verifyAll is the exit status of verify.
func verifyAll(files []string) int {
	total, events, open, late := map[string]int{}, 0, 0, 0
	for _, name := range files {
		h, count, err := verifyFile(name)
		events += count
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			open++
			continue
		}
		late += h.late
		for kind, number := range h.closed {
			total[kind] += number
		}
	}
	sum := 0
	for _, kind := range kinds {
		fmt.Printf("%8d  %s\n", total[kind], kind)
		sum += total[kind]
	}
	fmt.Printf("%8d  requests of a deposed leader with a commit index that was reached after its term\n", late)
	fmt.Printf("%d traces, %d events, %d obligations closed, %d traces with an open one\n", len(files), events, sum, open)
	if open > 0 {
		return exitOpen
	}
	return 0
}

func verifyFile(name string) (h *history, count int, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	lines := bufio.NewReader(file)
	head, err := lines.ReadBytes('\n')
	var header struct{ Nodes []string }
	if err == nil {
		err = json.Unmarshal(head, &header)
	}
	if err != nil || len(header.Nodes) == 0 {
		return nil, 0, fmt.Errorf("no header: %w", err)
	}
	h = newHistory(len(header.Nodes))
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return h, count, nil
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, count, err
		}
		count++
		if err := h.take(e); err != nil {
			return nil, count, fmt.Errorf("event %d, %s on %s: not closed: %w", e.Seq, e.Event, e.Node, err)
		}
	}
}
