package counter

// Counter counts up to three.
type Counter struct {
	n int
}

// Up adds one, below the limit.
func (c *Counter) Up() bool {
	if c.n < 3 {
		c.n++
		return true
	}
	return false
}
