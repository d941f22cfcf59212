// Command harness runs three nodes of HashiCorp's raft in one process, with all
// their goroutines, over the library's in-memory transport, and makes requests and
// faults. The environment opens the trace (EMIT_TRACE), so that events have their
// goroutine and their time.
//
//	harness --seed N --events N     one run
//	harness verify FILE...          what has to stand before what, in recorded traces
//	harness stall --trailing N      a follower that compacted its log; README.md says more
//
// It is built against a copy of the library that specgen instrumented: the Specgen
// functions exist only there.
package main

import (
	"flag"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// Exit statuses. A panic of the system ends the process with 2, as always in Go.
const (
	exitFailed = 1 // the nodes do not agree at the end, or the trace could not be written
	exitUsage  = 3
	exitOpen   = 4 // verify: an event stands before what it presupposes
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "verify" {
		os.Exit(verifyAll(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == "stall" {
		os.Exit(stall(os.Args[2:]))
	}
	seed := flag.Uint64("seed", 1, "names the mix of a run; the order is the machine's")
	events := flag.Int("events", 600, "go on until there are as many events, or more")
	flag.Parse()
	if flag.NArg() > 0 || *events < 1 {
		fmt.Fprintln(os.Stderr, "harness: --seed N --events N, or verify FILE...")
		os.Exit(exitUsage)
	}
	if err := run(*seed, *events); err != nil {
		fmt.Fprintln(os.Stderr, "harness:", err)
		os.Exit(exitFailed)
	}
}

// run writes one trace. Seeds that are odd run with the pre-vote, even ones without.
func run(seed uint64, events int) error {
	c, err := newCluster(3, seed%2 == 1, trailingLogs)
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	var workers sync.WaitGroup
	clients := []*client{}
	for number := uint64(0); number < 2; number++ {
		w := &client{cluster: c, chance: newPRNG(seed*31 + number), name: fmt.Sprintf("c%d", number+1)}
		clients = append(clients, w)
		workers.Add(1)
		go func() {
			defer workers.Done()
			w.work(stop)
		}()
	}
	s := &script{cluster: c, chance: newPRNG(seed * 31), taken: map[string]int{}}
	scriptErr := s.play(events)
	close(stop)
	workers.Wait()
	if scriptErr != nil {
		return scriptErr
	}
	if err := c.converge(10*time.Second, clients); err != nil {
		return err
	}
	for _, n := range c.nodes {
		c.crash(n)
	}
	total := raft.SpecgenEvents()
	if err := raft.SpecgenClose(); err != nil {
		return err
	}
	acknowledged := 0
	for _, w := range clients {
		acknowledged += len(w.acknowledged)
	}
	fmt.Printf("%d events, %d commands acknowledged, faults %v\n", total, acknowledged, s.taken)
	return nil
}
