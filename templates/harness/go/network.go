package main

// packet is a message in flight.
type packet struct {
	from, to int
	body     message
	held     int // the step before which it is not delivered
}

// network is what is in flight between nodes, in the order in which it was sent.
// A packet leaves only by being delivered or dropped and is copied only by
// duplicate, so that the trace accounts for each. One whose addressee is down or
// on the other side of a partition waits.
type network struct {
	packets []packet
	side    []int // of a partition, by node; nil where there is none
}

func (n *network) send(packets []packet) { n.packets = append(n.packets, packets...) }

func (n *network) connected(a, b int) bool { return n.side == nil || n.side[a] == n.side[b] }

// deliverable is the packets that may arrive in this step: the first of each
// link, and those that would overtake another.
func (n *network) deliverable(step int, up []bool) (first, late []int) {
	type link struct{ from, to int }
	seen := map[link]bool{} // asked by key only
	for i, p := range n.packets {
		if p.held > step || !up[p.to] || !n.connected(p.from, p.to) {
			continue
		}
		if l := (link{p.from, p.to}); seen[l] {
			late = append(late, i)
		} else {
			seen[l] = true
			first = append(first, i)
		}
	}
	return first, late
}

func (n *network) take(i int) packet {
	p := n.packets[i]
	n.packets = append(n.packets[:i], n.packets[i+1:]...)
	return p
}

func (n *network) duplicate(i int) packet {
	n.packets = append(n.packets, n.packets[i])
	return n.packets[i]
}

// delay holds a packet back; what was sent after it may arrive before it.
func (n *network) delay(i, step int) { n.packets[i].held = step }
