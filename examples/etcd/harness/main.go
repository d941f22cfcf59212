// Command harness runs a cluster of real raft nodes in one process, on a
// simulated network, and writes a trace of what they do.
//
// It is built against a copy of go.etcd.io/raft/v3 that specgen instrumented:
// the Specgen functions it calls exist only there.
package main

import (
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"strings"

	"go.etcd.io/raft/v3"
)

// Exit statuses.
const (
	exitError = 1 // the trace could not be written
	exitUsage = 2
	exitPanic = 3 // raft panicked; the trace is complete up to the panic
)

const (
	maxNodes = 9
	// raftSeed tells raft's own random numbers from the scheduler's.
	raftSeed = 0x5eed
)

// pairs is a repeatable key=value flag.
type pairs map[string]any

func (p pairs) String() string { return "" }

func (p pairs) Set(s string) error {
	key, value, ok := strings.Cut(s, "=")
	if !ok || key == "" {
		return fmt.Errorf("%q is not of the form key=value", s)
	}
	p[key] = value
	return nil
}

func main() {
	header := pairs{}
	seed := flag.Uint64("seed", 1, "seed of all random choices")
	size := flag.Int("nodes", 3, "number of nodes, 2 to 9")
	events := flag.Int("events", 600, "stop after this many events or a few more")
	out := flag.String("out", "", "file to write the trace to")
	electionTick := flag.Int("election-tick", 6, "raft's ElectionTick; HeartbeatTick is 1")
	flag.Var(header, "header", "key=value to add to the trace's header; may be repeated")
	flag.Parse()
	if *out == "" || *size < 2 || *size > maxNodes || *electionTick < 2 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "harness: --out FILE is needed, --nodes is 2 to 9, --election-tick at least 2")
		flag.Usage()
		os.Exit(exitUsage)
	}

	failure, err := run(*seed, *size, *electionTick, *events, *out, header)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "harness:", err)
		os.Exit(exitError)
	case failure != nil:
		fmt.Fprintln(os.Stderr, "harness: panic in the system under test:", failure)
		os.Exit(exitPanic)
	}
}

// run writes one trace. It always leaves a complete file: a panic of the system
// under test is returned, after the trace has been flushed.
func run(seed uint64, size, electionTick, events int, out string, header map[string]any) (failure any, err error) {
	file, err := os.Create(out)
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := file.Close(); err == nil {
			err = cerr
		}
	}()

	// Raft draws its election timeouts from here; its own stream, so that it
	// does not depend on how the scheduler draws.
	rand.Reader = newPRNG(seed + raftSeed)

	c := newCluster(size, electionTick)
	header["system"] = "etcd-raft"
	header["seed"] = seed
	header["nodes"] = names(c)
	raft.SpecgenOpen(file, header)
	failure = drive(newScheduler(c, newPRNG(seed)), events)
	return failure, raft.SpecgenClose()
}

// drive steps the scheduler until the trace has enough events. A step always
// finishes what it began, so a trace never ends inside Advance.
func drive(s *scheduler, events int) (failure any) {
	defer func() { failure = recover() }()
	for raft.SpecgenEvents() < events {
		s.step()
	}
	return nil
}

func names(c *cluster) []string {
	var out []string
	for _, n := range c.nodes {
		out = append(out, raft.SpecgenNode(n.id))
	}
	return out
}
