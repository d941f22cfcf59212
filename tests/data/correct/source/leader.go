package leader

// Group knows its leader; 0 is none.
type Group struct {
	leader int
}

// Elect makes the first node the leader of a group without one.
func (g *Group) Elect() {
	if g.leader == 0 {
		g.leader = 1
	}
}

// Below is a promise of the tests: the counter stops at three.
func (g *Group) Below(x int) int {
	if x < 3 {
		return x + 1
	}
	return x
}
