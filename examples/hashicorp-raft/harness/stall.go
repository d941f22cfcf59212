package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/raft"
)

const (
	unreplicated = 8 // entries that only the leader has when it takes its snapshot
	stallAfter   = 3 * time.Second
)

// stall makes one leader alone take a snapshot while it has entries that nobody else
// has, and then lets it be a follower again. Its exit status says whether it caught
// up: 0 if so, 1 if not.
func stall(words []string) int {
	flags := flag.NewFlagSet("stall", flag.ExitOnError)
	trailing := flags.Uint64("trailing", 4, "TrailingLogs: how many entries a snapshot leaves in the log")
	_ = flags.Parse(words) // ends the program itself
	caughtUp, err := runStall(*trailing)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "harness:", err)
		return exitUsage
	case caughtUp:
		return 0
	default:
		return exitFailed
	}
}

func runStall(trailing uint64) (caughtUp bool, err error) {
	c, err := newCluster(3, true, trailing)
	if err != nil {
		return false, err
	}
	old, err := c.await(10 * time.Second)
	if err != nil {
		return false, err
	}
	for number := 0; number < 20; number++ {
		if err := answered(old.raft.Apply([]byte("before"), time.Second), time.Second); err != nil {
			return false, err
		}
	}
	c.isolate(old, true)
	for number := 0; number < unreplicated; number++ {
		old.raft.Apply([]byte("lost"), 20*time.Millisecond)
	}
	if err := answered(old.raft.Snapshot(), time.Second); err != nil {
		return false, err
	}
	for old.raft.State() == raft.Leader {
		time.Sleep(5 * time.Millisecond)
	}
	leader, err := c.await(10 * time.Second)
	if err != nil {
		return false, err
	}
	if err := answered(leader.raft.Apply([]byte("after"), time.Second), time.Second); err != nil {
		return false, err
	}
	c.isolate(old, false)
	for end := time.Now().Add(stallAfter); time.Now().Before(end) && !caughtUp; time.Sleep(10 * time.Millisecond) {
		caughtUp = old.raft.AppliedIndex() >= leader.raft.CommitIndex()
	}
	verdict := "has caught up"
	if !caughtUp {
		verdict = fmt.Sprintf("has not caught up within %s", stallAfter)
	}
	fmt.Printf("TrailingLogs %d: the follower %s: applied %d of %d, last entry %d, the leader has %d\n", trailing, verdict,
		old.raft.AppliedIndex(), leader.raft.CommitIndex(), old.raft.LastIndex(), leader.raft.LastIndex())
	for _, n := range c.nodes {
		c.crash(n)
	}
	return caughtUp, nil
}
