package main

import (
	"time"

	"github.com/hashicorp/raft"
)

// script makes the faults of a run, one after another.
type script struct {
	cluster *cluster
	chance  *prng
	taken   map[string]int
}

type fault struct {
	name string
	make func(leader *node) error
}

// play makes every fault once, in an order of the seed, and goes on in rounds until
// there are enough events.
func (s *script) play(events int) error {
	faults := []fault{
		{"crash-leader", s.crashLeader}, {"crash-follower", s.crashFollower}, {"snapshot", s.snapshot},
		{"isolate-leader", s.isolateLeader}, {"isolate-follower", s.isolateFollower}, {"cut-one-way", s.cutOneWay},
		{"left-behind", s.leftBehind}, {"left-behind-leader", s.leftBehindLeader}, {"behind-and-leaderless", s.leaderless},
		{"transfer", s.transfer}, {"transfer", s.transfer},
	}
	for round := 0; round == 0 || raft.SpecgenEvents() < events; round++ {
		for at := len(faults) - 1; at > 0; at-- {
			other := s.chance.below(at + 1)
			faults[at], faults[other] = faults[other], faults[at]
		}
		for _, fault := range faults {
			s.rest(40, 120)
			leader, err := s.cluster.await(10 * time.Second)
			if err != nil {
				return err
			}
			if err := fault.make(leader); err != nil {
				return err
			}
			s.taken[fault.name]++
		}
	}
	return nil
}

// rest lets the cluster run for some milliseconds.
func (s *script) rest(low, high int) {
	time.Sleep(time.Duration(s.chance.between(low, high)) * time.Millisecond)
}

// follower is one of the others.
func (s *script) follower(leader *node) *node {
	others := []*node{}
	for _, n := range s.cluster.nodes {
		if n != leader {
			others = append(others, n)
		}
	}
	return others[s.chance.below(len(others))]
}

func (s *script) crashLeader(leader *node) error {
	s.cluster.crash(leader)
	s.rest(150, 400)
	return s.cluster.start(leader)
}

func (s *script) crashFollower(leader *node) error {
	n := s.follower(leader)
	s.cluster.crash(n)
	s.rest(50, 200)
	return s.cluster.start(n)
}

// snapshot is taken by the leader while a follower is down and falls behind, so that
// the log no longer has what the follower needs.
func (s *script) snapshot(leader *node) error {
	n := s.follower(leader)
	s.cluster.crash(n)
	for number := 0; number < 2*trailingLogs; number++ {
		_ = answered(leader.raft.Apply([]byte("filler"), 50*time.Millisecond), 200*time.Millisecond)
	}
	// A leader that was deposed meanwhile, or has nothing new, may answer with an error.
	_ = answered(leader.raft.Snapshot(), time.Second)
	return s.cluster.start(n)
}

func (s *script) isolateLeader(leader *node) error {
	s.cluster.isolate(leader, true)
	s.rest(200, 400)
	s.cluster.isolate(leader, false)
	return nil
}

func (s *script) isolateFollower(leader *node) error {
	n := s.follower(leader)
	s.cluster.isolate(n, true)
	s.rest(200, 400)
	s.cluster.isolate(n, false)
	return nil
}

// cutOneWay keeps a leader's requests from one follower, whose requests still arrive.
func (s *script) cutOneWay(leader *node) error {
	n := s.follower(leader)
	s.cluster.setReach(leader, n, false)
	s.rest(200, 400)
	s.cluster.setReach(leader, n, true)
	return nil
}

// transfer waits for the answer, so that no goroutine of it outlives a crash. That the
// leader lost its place meanwhile is an answer, too.
func (s *script) transfer(leader *node) error {
	_ = answered(leader.raft.LeadershipTransfer(), 2*time.Second)
	return nil
}

// leftBehind keeps a follower out of two elections; then its requests arrive, while
// nobody's reach it: it hears of the newer term in an answer.
func (s *script) leftBehind(leader *node) error {
	n := s.follower(leader)
	s.cluster.isolate(n, true)
	s.elections(2)
	for _, other := range s.cluster.nodes {
		if other != n {
			s.cluster.setReach(n, other, true)
		}
	}
	s.rest(200, 300)
	s.cluster.isolate(n, false)
	return nil
}

// leftBehindLeader keeps a leader, with entries that nobody else has, out of two
// elections: the next leader looks for the place where their logs part.
func (s *script) leftBehindLeader(leader *node) error {
	s.cluster.isolate(leader, true)
	for number := 0; number < 4; number++ {
		leader.raft.Apply([]byte("lost"), 20*time.Millisecond)
	}
	s.rest(250, 300)
	s.elections(1)
	s.cluster.isolate(leader, false)
	return nil
}

// elections hands leadership on as often.
func (s *script) elections(number int) {
	for ; number > 0; number-- {
		if leads := s.cluster.leader(); leads != nil {
			_ = s.transfer(leads)
		}
		s.rest(100, 150)
	}
}

// leaderless leaves a follower that is behind with one that is not, and no leader:
// it may ask for votes, and gets none.
func (s *script) leaderless(leader *node) error {
	n := s.follower(leader)
	s.cluster.isolate(n, true)
	s.rest(100, 150)
	s.cluster.crash(leader)
	s.cluster.isolate(n, false)
	s.rest(300, 400)
	return s.cluster.start(leader)
}
