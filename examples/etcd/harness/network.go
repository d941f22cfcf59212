package main

import pb "go.etcd.io/raft/v3/raftpb"

// packet is a message in flight. It is kept encoded, as on a real wire: nothing
// that a node does to a message it sent or received can reach another copy.
type packet struct {
	from, to uint64
	wire     []byte
}

func (p packet) message() pb.Message {
	var m pb.Message
	if err := m.Unmarshal(p.wire); err != nil {
		panic(err)
	}
	return m
}

// network is a bag of packets between nodes, cut into sides while partitioned.
// Packets leave it only by being delivered or by drop, and are copied only by
// duplicate, so the trace accounts for every one of them. A partition writes no
// event: packets between its sides just stay in flight.
type network struct {
	packets []packet
	side    map[uint64]int // read by key only
}

func newNetwork() *network { return &network{side: map[uint64]int{}} }

// send puts a message in flight. The node that sends it is told apart, because a
// forwarded proposal keeps the name of its first sender.
func (n *network) send(from uint64, m pb.Message) {
	wire, err := m.Marshal()
	if err != nil {
		panic(err)
	}
	n.packets = append(n.packets, packet{from: from, to: m.To, wire: wire})
}

// connected tells whether packets pass from one node to the other.
func (n *network) connected(a, b uint64) bool { return n.side[a] == n.side[b] }

// partition cuts the given nodes off from the others.
func (n *network) partition(nodes []uint64) {
	n.heal()
	for _, id := range nodes {
		n.side[id] = 1
	}
}

func (n *network) heal() { clear(n.side) }

func (n *network) partitioned() bool { return len(n.side) > 0 }

// take removes a packet and returns its message.
func (n *network) take(i int) pb.Message {
	m := n.packets[i].message()
	n.packets = append(n.packets[:i], n.packets[i+1:]...)
	return m
}

// copy puts a second copy of a packet in flight and returns its message.
func (n *network) copy(i int) pb.Message {
	n.packets = append(n.packets, n.packets[i])
	return n.packets[i].message()
}
