package main

import (
	"math"

	"go.etcd.io/raft/v3"
)

// node is one member of the cluster: its disk, and its raft while it is up.
type node struct {
	id    uint64
	disk  *storage
	raft  *raft.RawNode // nil while the node is down
	last  *raft.RawNode // raft, also while the node is down: the memory it had when it crashed
	value int           // number of the last value proposed here
}

func (n *node) up() bool { return n.raft != nil }

// observe writes an event that no probe sees, with the node's state.
func (n *node) observe(event string, params map[string]any) {
	raft.SpecgenObserve(event, n.last, params)
}

func (n *node) leading() bool {
	return n.up() && n.raft.BasicStatus().RaftState == raft.StateLeader
}

func (n *node) hasReady() bool { return n.up() && n.raft.HasReady() }

// maxInflight is small, so that leaders run into it. The spec's constant MaxInflight has this value, see trace.yaml.
const maxInflight = 2

// cluster is the system under test: real raft nodes on a simulated network.
type cluster struct {
	nodes        []*node
	net          *network
	electionTick int
}

// newCluster starts size nodes with empty logs. It runs before the trace is
// opened, so the first boot of a node is no event; a restart is one.
func newCluster(size, electionTick int) *cluster {
	c := &cluster{net: newNetwork(), electionTick: electionTick}
	var voters []uint64
	for id := uint64(1); id <= uint64(size); id++ {
		voters = append(voters, id)
	}
	for _, id := range voters {
		n := &node{id: id, disk: newStorage(voters)}
		c.nodes = append(c.nodes, n)
		c.start(n)
	}
	return c
}

// start boots a node from its disk.
func (c *cluster) start(n *node) {
	rn, err := raft.NewRawNode(&raft.Config{
		ID:              n.id,
		ElectionTick:    c.electionTick,
		HeartbeatTick:   1,
		Storage:         n.disk,
		MaxSizePerMsg:   math.MaxUint64,
		MaxInflightMsgs: maxInflight,
		Logger:          silentLogger{},
	})
	if err != nil {
		panic(err)
	}
	n.raft, n.last = rn, rn
}

// crash stops a node. All that was not saved by its last Ready is gone, and so
// are the messages it had not released.
func (c *cluster) crash(n *node) {
	raft.SpecgenLoseUnsent(n.raft)
	n.raft = nil
	n.observe("Crash", nil)
}

// drop loses a packet. The event has the state of the node that it was for.
func (c *cluster) drop(i int) {
	m := c.net.take(i)
	c.node(m.To).observe("DropMessage", map[string]any{"m": raft.SpecgenMessage(m)})
}

// duplicate puts a second copy of a packet in flight.
func (c *cluster) duplicate(i int) {
	m := c.net.copy(i)
	c.node(m.To).observe("DuplicateMessage", map[string]any{"m": raft.SpecgenMessage(m)})
}

// ready runs one turn of a node's Ready loop: save, send, apply, advance. Nothing
// comes in between, unless the node crashes before it advances; Advance steps the
// messages the node sent to itself.
func (c *cluster) ready(n *node, crash bool) {
	rd := n.raft.Ready()
	if err := n.disk.save(rd); err != nil {
		panic(err)
	}
	for _, m := range rd.Messages {
		c.net.send(n.id, m)
	}
	if crash {
		c.crash(n)
		return
	}
	n.raft.Advance(rd)
}

// deliver hands a packet to its addressee, which must be up.
func (c *cluster) deliver(i int) {
	m := c.net.take(i)
	// An error means that a proposal was dropped; the trace shows as much.
	_ = c.node(m.To).raft.Step(m)
}

func (c *cluster) node(id uint64) *node { return c.nodes[id-1] }

// leader is a node that believes to be leader, the one with the highest term if
// there are several, and nil if there is none.
func (c *cluster) leader() *node {
	var best *node
	var term uint64
	for _, n := range c.nodes {
		if n.leading() {
			if t := n.raft.BasicStatus().Term; best == nil || t > term {
				best, term = n, t
			}
		}
	}
	return best
}

// where lists the nodes for which a condition holds.
func (c *cluster) where(cond func(*node) bool) []*node {
	var out []*node
	for _, n := range c.nodes {
		if cond(n) {
			out = append(out, n)
		}
	}
	return out
}
