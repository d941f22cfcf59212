package main

import "fmt"

// scheduler drives the system one step at a time: each step is one choice among
// all that is possible, by weight.
type scheduler struct {
	system  *system
	network network
	clocks  []*clock
	rng     *prng
	allowed map[string]bool // asked by key only
	done    map[string]int  // asked by key only
	up      []bool
	steps   int
	values  int // values asked for so far
	stormy  bool
	left    int // steps left in the phase
	budget  int // faults left in the phase
}

// silence is how many steps without an event are enough to see that none will come.
const silence = 10000

func newScheduler(a args) *scheduler {
	s := &scheduler{rng: newPRNG(a.seed), allowed: map[string]bool{}, done: map[string]int{}, stormy: true}
	for _, name := range append(a.faults, "tick", "request", "deliver", "heal") {
		s.allowed[name] = true
	}
	for len(s.up) < a.nodes {
		s.up = append(s.up, true)
		s.clocks = append(s.clocks, &clock{now: 1000})
	}
	// A stream of its own: what the system draws changes nothing of what the scheduler does.
	s.system = newSystem(s.clocks, newPRNG(^a.seed))
	return s
}

// run steps until the trace has enough events. It ends there and does not first
// heal and restart everything: a trace is judged as the beginning of a run, so
// that nothing is asked of its end, a tail without faults would be in every trace
// alike, and a longer run of the same seed goes on where a shorter one stopped.
// What the system makes of an end to all faults shows in the calm phases.
func (s *scheduler) run(events int, written func() int) error {
	for last, since := written(), s.steps; last < events; {
		s.step()
		if now := written(); now > last {
			last, since = now, s.steps
		} else if s.steps-since >= silence {
			return fmt.Errorf("no event in %d steps; the trace has %d of %d", silence, last, events)
		}
	}
	return nil
}

// choice is something that can be done now, to one of several nodes or packets.
type choice struct {
	name   string
	weight int
	costs  int // of the budget of faults
	among  []int
	do     func(int)
}

func (s *scheduler) step() {
	if s.left == 0 {
		s.enter()
	}
	s.left--
	s.steps++
	var possible []choice
	total := 0
	for _, c := range s.choices() {
		if s.allowed[c.name] && c.costs <= s.budget && len(c.among) > 0 {
			possible = append(possible, c)
			total += c.weight
		}
	}
	pick := s.rng.below(total)
	for _, c := range possible {
		if pick < c.weight {
			s.done[c.name]++
			s.budget -= c.costs
			c.do(c.among[s.rng.below(len(c.among))])
			return
		}
		pick -= c.weight
	}
}

// enter begins a phase. Calm ones, in which things are repaired and nothing new
// breaks, take turns with stormy ones, so that the system gets somewhere.
func (s *scheduler) enter() {
	s.stormy = !s.stormy
	s.left, s.budget = s.rng.between(20, 60), 0
	if s.stormy {
		s.budget = s.rng.between(1, 8)
	}
}

// choices is all that there is, in a fixed order. The weights are for a toy: a
// system that waits for many ticks wants more of them.
func (s *scheduler) choices() []choice {
	var up, down, mayCrash, whole, cut []int
	for node, isUp := range s.up {
		if isUp {
			up = append(up, node)
		} else {
			down = append(down, node)
		}
	}
	if n := len(s.up); 2*(len(down)+1) < n || len(down) == 0 { // a majority stays, of two nodes one
		mayCrash = up
	}
	all := indices(len(s.up))
	if s.network.side == nil {
		whole = all
	} else {
		cut = all[:1]
	}
	first, late := s.network.deliverable(s.steps, s.up)
	packets := indices(len(s.network.packets))
	repair := 30
	if s.stormy {
		repair = 5
	}
	return []choice{
		{"tick", 30, 0, up, s.tick},
		{"request", 10, 0, up, s.request},
		{"deliver", 10 * (len(first) + len(late)), 0, first, s.deliver}, // more where more wait, so that they do not pile up
		{"restart", repair, 0, down, s.restart},
		{"heal", repair, 0, cut, s.heal},
		{"drop", 4, 1, packets, s.drop},
		{"delay", 4, 1, first, s.delay},
		{"duplicate", 4, 1, packets, s.duplicate},
		{"reorder", 4, 1, late, s.deliver},
		{"partition", 4, 1, whole, s.partition},
		{"crash", 4, 1, mayCrash, s.crash},
		{"clock", 4, 1, all, s.jump},
	}
}

func (s *scheduler) tick(node int) {
	s.clocks[node].tick()
	s.network.send(s.system.tick(node))
}

func (s *scheduler) request(node int) {
	s.values++
	s.network.send(s.system.request(node, s.values))
}

func (s *scheduler) deliver(i int) {
	p := s.network.take(i)
	s.network.send(s.system.deliver(p.to, p))
}

func (s *scheduler) drop(i int) {
	p := s.network.take(i)
	s.system.observe("Drop", p.to, map[string]any{"m": describe(p)})
}

func (s *scheduler) duplicate(i int) {
	p := s.network.duplicate(i)
	s.system.observe("Duplicate", p.to, map[string]any{"m": describe(p)})
}

// delay writes no event: that a packet is under way for longer shows when it arrives.
func (s *scheduler) delay(i int) { s.network.delay(i, s.steps+s.rng.between(5, 40)) }

// partition cuts a node off from at least one other, with about half of the rest.
func (s *scheduler) partition(node int) {
	side := make([]int, len(s.up))
	other := (node + s.rng.between(1, len(side)-1)) % len(side)
	names := []string{}
	for i := range side {
		if i == node || i != other && s.rng.below(2) == 0 {
			side[i] = 1
			names = append(names, name(i))
		}
	}
	s.network.side = side
	s.system.observe("Partition", node, map[string]any{"side": names})
}

func (s *scheduler) heal(node int) {
	s.network.side = nil
	s.system.observe("Heal", node, nil)
}

func (s *scheduler) crash(node int) {
	s.system.crash(node)
	s.up[node] = false
	s.system.observe("Crash", node, nil)
}

func (s *scheduler) restart(node int) {
	s.up[node] = true
	packets := s.system.restart(node)
	s.system.observe("Restart", node, nil)
	s.network.send(packets)
}

func (s *scheduler) jump(node int) {
	by := int64(s.rng.between(1, 10*period))
	if s.rng.below(2) == 0 {
		by = -by
	}
	s.clocks[node].jump(by)
	s.system.observe("ClockJump", node, map[string]any{"by": by})
}

// summary is how often each choice was taken.
func (s *scheduler) summary() string {
	text := fmt.Sprintf("%d steps", s.steps)
	for _, c := range s.choices() {
		text += fmt.Sprintf(", %s %d", c.name, s.done[c.name])
	}
	return text
}

func indices(count int) []int {
	out := make([]int, count)
	for i := range out {
		out[i] = i
	}
	return out
}
