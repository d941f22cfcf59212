package main

import (
	"strconv"

	"go.etcd.io/raft/v3"
)

// profile holds the weights of the scheduler's choices during a phase.
type profile struct {
	name                          string
	ready, deliver, tick, propose int
	drop, duplicate               int
	campaign, crash, restart      int
	unreachable, forget           int
	minSteps, maxSteps            int
	before                        func(*scheduler) // runs when the phase begins
}

// The phases. A run takes calm phases and the others in turn. Deliveries pick any
// packet in flight, so messages are reordered in all of them.
var profiles = []profile{
	{name: "calm", ready: 40, deliver: 40, tick: 9, propose: 7, duplicate: 1, restart: 20,
		minSteps: 25, maxSteps: 60, before: (*scheduler).heal},
	{name: "lossy", ready: 30, deliver: 25, tick: 9, propose: 6, drop: 14, duplicate: 7,
		campaign: 1, crash: 1, restart: 10, unreachable: 2, forget: 1,
		minSteps: 20, maxSteps: 50, before: (*scheduler).heal},
	{name: "slow-disk", ready: 6, deliver: 30, tick: 8, propose: 7, drop: 1, duplicate: 2,
		campaign: 1, crash: 1, restart: 8,
		minSteps: 20, maxSteps: 40, before: (*scheduler).heal},
	{name: "isolated-leader", ready: 40, deliver: 30, tick: 5, propose: 16, restart: 20,
		campaign: 3, unreachable: 1,
		minSteps: 25, maxSteps: 50, before: (*scheduler).isolateLeader},
	{name: "split", ready: 35, deliver: 30, tick: 9, propose: 8, drop: 2, restart: 10,
		campaign: 2, minSteps: 20, maxSteps: 40, before: (*scheduler).split},
	{name: "churn", ready: 30, deliver: 30, tick: 8, propose: 6, drop: 3, duplicate: 2,
		campaign: 2, crash: 5, restart: 14, unreachable: 1, forget: 1,
		minSteps: 20, maxSteps: 50, before: (*scheduler).heal},
	{name: "contention", ready: 40, deliver: 35, tick: 6, propose: 3, duplicate: 3,
		campaign: 7, crash: 2, restart: 20, forget: 2,
		minSteps: 12, maxSteps: 30, before: (*scheduler).heal},
}

// scheduler drives a cluster by random choices from a seeded generator.
type scheduler struct {
	cluster *cluster
	rng     *prng
	phase   profile
	left    int   // steps left in the phase
	slow    *node // puts its Ready off during the phase; nil mostly
	deck    []int // disturbed phases not yet taken in this round
}

func newScheduler(c *cluster, rng *prng) *scheduler {
	s := &scheduler{cluster: c, rng: rng}
	s.enter(profiles[0])
	return s
}

// enter begins a phase.
func (s *scheduler) enter(p profile) {
	s.phase = p
	s.left = s.rng.between(p.minSteps, p.maxSteps)
	s.slow = nil
	if s.rng.intn(4) == 0 {
		s.slow = s.anyNode(s.cluster.nodes)
	}
	p.before(s)
}

// nextPhase makes every other phase calm, so that elections finish and entries
// commit. The disturbed phases come in rounds, each round in a random order.
func (s *scheduler) nextPhase() profile {
	if s.phase.name != "calm" {
		return profiles[0]
	}
	if len(s.deck) == 0 {
		for i := 1; i < len(profiles); i++ {
			s.deck = append(s.deck, i)
		}
	}
	i := s.rng.intn(len(s.deck))
	p := profiles[s.deck[i]]
	s.deck = append(s.deck[:i], s.deck[i+1:]...)
	return p
}

// step makes one choice and carries it out.
func (s *scheduler) step() {
	if s.left == 0 {
		s.enter(s.nextPhase())
	}
	s.left--

	choices := s.choices()
	total := 0
	for _, c := range choices {
		total += c.weight
	}
	pick := s.rng.intn(total)
	for _, c := range choices {
		if pick < c.weight {
			c.run()
			return
		}
		pick -= c.weight
	}
}

// choice is one thing the scheduler can do now.
type choice struct {
	weight int
	run    func()
}

// choices lists all that can be done now. The order is fixed.
func (s *scheduler) choices() []choice {
	c, p := s.cluster, s.phase
	up := c.where((*node).up)
	down := c.where(func(n *node) bool { return !n.up() })
	ready := c.where((*node).hasReady)
	followers := c.where(func(n *node) bool {
		return n.up() && n.raft.BasicStatus().RaftState == raft.StateFollower
	})
	deliverable := s.deliverable()
	packets := len(c.net.packets)

	var out []choice
	add := func(weight, candidates int, run func()) {
		if weight > 0 && candidates > 0 {
			out = append(out, choice{weight, run})
		}
	}
	add(p.ready*min(len(ready), 3), len(ready), func() { s.ready(ready) })
	add(p.deliver*min(len(deliverable), 3), len(deliverable), func() { c.deliver(deliverable[s.rng.intn(len(deliverable))]) })
	add(p.tick, len(up), func() { s.anyNode(up).raft.Tick() })
	add(p.propose, len(up), func() { s.propose(up) })
	// A crowded network loses more, so that it does not grow without bound.
	add(p.drop+max(0, packets-8*len(c.nodes)), packets, func() { c.drop(s.rng.intn(packets)) })
	add(p.duplicate, packets, func() { c.duplicate(s.rng.intn(packets)) })
	add(p.campaign, len(up), func() { _ = s.anyNode(up).raft.Campaign() })
	add(p.restart*len(down), len(down), func() { c.start(s.anyNode(down)) })
	// At most a minority is down at a time.
	spare := len(up) - len(c.nodes)/2 - 1
	add(p.crash, spare, func() { c.crash(s.anyNode(up)) })
	add(p.crash, min(spare, len(ready)), func() { c.ready(s.anyNode(ready), true) })
	add(p.unreachable, len(up), func() { s.reportUnreachable(up) })
	add(p.forget, len(followers), func() { _ = s.anyNode(followers).raft.ForgetLeader() })
	return out
}

// deliverable lists the packets whose addressee is up and not cut off.
func (s *scheduler) deliverable() []int {
	var out []int
	for i, p := range s.cluster.net.packets {
		if s.cluster.node(p.to).up() && s.cluster.net.connected(p.from, p.to) {
			out = append(out, i)
		}
	}
	return out
}

func (s *scheduler) anyNode(nodes []*node) *node { return nodes[s.rng.intn(len(nodes))] }

// ready runs a node's Ready loop once. A slow node mostly puts it off, and so
// piles up messages and unsaved state.
func (s *scheduler) ready(nodes []*node) {
	n := s.anyNode(nodes)
	if n == s.slow && len(nodes) > 1 && s.rng.intn(4) != 0 {
		n = s.anyNode(nodes)
	}
	s.cluster.ready(n, false)
}

// propose proposes a value, mostly at a leader, else anywhere.
func (s *scheduler) propose(up []*node) {
	n := s.anyNode(up)
	if s.rng.intn(3) != 0 {
		if leaders := s.cluster.where((*node).leading); len(leaders) > 0 {
			n = s.anyNode(leaders)
		}
	}
	n.value++
	value := raft.SpecgenNode(n.id) + "-" + strconv.Itoa(n.value)
	// An error means that the proposal was dropped; the trace shows as much.
	_ = n.raft.Propose([]byte(value))
}

// reportUnreachable tells a node, mostly a leader, that a peer is unreachable.
func (s *scheduler) reportUnreachable(up []*node) {
	n := s.anyNode(up)
	if leader := s.cluster.leader(); leader != nil && s.rng.intn(4) != 0 {
		n = leader
	}
	peer := s.anyNode(s.cluster.nodes)
	for peer == n {
		peer = s.anyNode(s.cluster.nodes)
	}
	n.raft.ReportUnreachable(peer.id)
}

func (s *scheduler) heal() { s.cluster.net.heal() }

// isolateLeader cuts the leader off, alone or with followers short of a
// majority, and mostly makes another node campaign: two leaders, two logs.
func (s *scheduler) isolateLeader() {
	s.heal()
	leader := s.cluster.leader()
	if leader == nil {
		return
	}
	cut := []uint64{leader.id}
	others := s.cluster.where(func(n *node) bool { return n != leader })
	for len(cut) < (len(s.cluster.nodes)-1)/2 && s.rng.intn(2) == 0 {
		i := s.rng.intn(len(others))
		cut = append(cut, others[i].id)
		others = append(others[:i:i], others[i+1:]...)
	}
	s.cluster.net.partition(cut)
	if n := s.anyNode(others); n.up() && s.rng.intn(4) != 0 {
		_ = n.raft.Campaign()
	}
}

// split cuts a random set of nodes off.
func (s *scheduler) split() {
	var cut []uint64
	for _, n := range s.cluster.nodes {
		if s.rng.intn(2) == 0 {
			cut = append(cut, n.id)
		}
	}
	s.heal()
	if len(cut) > 0 {
		s.cluster.net.partition(cut)
	}
}
