package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

const (
	timeout      = 100 * time.Millisecond // of heartbeats, elections and the leader's lease
	sendTimeout  = 60 * time.Millisecond  // of a request on the in-memory transport
	trailingLogs = 16                     // entries that a snapshot leaves in the log
)

// node is one member of the cluster. The stores are its disk; they outlive a crash.
type node struct {
	id    raft.ServerID
	store *raft.InmemStore
	snaps *raft.InmemSnapshotStore
	trans *raft.InmemTransport
	fsm   *machine
	raft  *raft.Raft // nil while the node is down
}

func (n *node) address() raft.ServerAddress { return raft.ServerAddress(n.id) }

// cluster is the system under test. Its mutex is for which nodes are up and who
// reaches whom, never held while a node is asked for something that takes time.
type cluster struct {
	mu       sync.RWMutex
	nodes    []*node
	cut      map[[2]*node]bool
	preVote  bool
	trailing uint64
}

func newCluster(size int, preVote bool, trailing uint64) (*cluster, error) {
	c := &cluster{cut: map[[2]*node]bool{}, preVote: preVote, trailing: trailing}
	members := raft.Configuration{}
	for number := 1; number <= size; number++ {
		n := &node{
			id:    raft.ServerID(fmt.Sprintf("n%d", number)),
			store: raft.NewInmemStore(),
			snaps: raft.NewInmemSnapshotStore(),
		}
		c.nodes = append(c.nodes, n)
		members.Servers = append(members.Servers, raft.Server{ID: n.id, Address: n.address()})
	}
	for _, n := range c.nodes {
		_, trans := raft.NewInmemTransportWithTimeout(n.address(), sendTimeout)
		if err := raft.BootstrapCluster(c.config(n), n.store, n.store, n.snaps, trans, members); err != nil {
			return nil, err
		}
	}
	for _, n := range c.nodes {
		if err := c.start(n); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *cluster) config(n *node) *raft.Config {
	conf := raft.DefaultConfig()
	conf.LocalID = n.id
	conf.HeartbeatTimeout, conf.ElectionTimeout, conf.LeaderLeaseTimeout = timeout, timeout, timeout
	conf.CommitTimeout = 20 * time.Millisecond
	conf.TrailingLogs = c.trailing
	conf.SnapshotInterval = time.Hour // only the script takes snapshots
	conf.MaxAppendEntries = 8
	conf.PreVoteDisabled = !c.preVote
	conf.LogLevel = "OFF"
	conf.LogOutput = io.Discard
	return conf
}

// start boots a node from its disk, with an empty machine and a transport that has
// none of the requests that its last one still had.
func (c *cluster) start(n *node) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n.raft != nil {
		return nil
	}
	n.fsm = &machine{}
	_, n.trans = raft.NewInmemTransportWithTimeout(n.address(), sendTimeout)
	for _, other := range c.nodes {
		if other == n || other.trans == nil {
			continue
		}
		if !c.cut[[2]*node{n, other}] {
			n.trans.Connect(other.address(), other.trans)
		}
		if !c.cut[[2]*node{other, n}] {
			other.trans.Connect(n.address(), n.trans)
		}
	}
	running, err := raft.NewRaft(c.config(n), n.fsm, n.store, n.store, n.snaps, n.trans)
	if err != nil {
		return fmt.Errorf("start %s: %w", n.id, err)
	}
	n.raft = running
	return nil
}

// crash stops a node and waits until all its goroutines have ended, so that the
// event Crash is its last, and its state can be read. Nothing is written on the way
// out: what the stores have is what a crash would have left.
func (c *cluster) crash(n *node) {
	c.mu.Lock()
	running := n.raft
	n.raft = nil
	c.mu.Unlock()
	if running == nil {
		return
	}
	running.Shutdown().Error() // never fails; it waits
	n.trans.DisconnectAll()
	raft.SpecgenObserve("Crash", running, nil)
}

// setReach cuts or joins the way from one node to another. What is under way arrives.
func (c *cluster) setReach(from, to *node, reach bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	way := [2]*node{from, to}
	if c.cut[way] != reach {
		return
	}
	params := map[string]any{"to": string(to.id)}
	if reach {
		raft.SpecgenEmit("Connect", string(from.id), params, nil)
		delete(c.cut, way)
		from.trans.Connect(to.address(), to.trans)
	} else {
		c.cut[way] = true
		from.trans.Disconnect(to.address())
		raft.SpecgenEmit("Disconnect", string(from.id), params, nil)
	}
}

// isolate cuts a node off, or joins it again, both ways.
func (c *cluster) isolate(n *node, apart bool) {
	for _, other := range c.nodes {
		if other != n {
			c.setReach(n, other, !apart)
			c.setReach(other, n, !apart)
		}
	}
}

// up is the nodes that run, with what runs.
func (c *cluster) up() map[*node]*raft.Raft {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := map[*node]*raft.Raft{}
	for _, n := range c.nodes {
		if n.raft != nil {
			out[n] = n.raft
		}
	}
	return out
}

// leader is a node that believes to lead, the one with the greatest term; nil if
// there is none.
func (c *cluster) leader() (leader *node) {
	best := uint64(0)
	for n, running := range c.up() {
		if running.State() == raft.Leader && running.CurrentTerm() >= best {
			leader, best = n, running.CurrentTerm()
		}
	}
	return leader
}

// await waits for a leader.
func (c *cluster) await(patience time.Duration) (*node, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if n := c.leader(); n != nil {
			return n, nil
		}
	}
	return nil, fmt.Errorf("no leader within %s", patience)
}
