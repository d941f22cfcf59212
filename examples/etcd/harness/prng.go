package main

// prng is splitmix64: small, fast, and the same on every version of Go.
type prng struct{ state uint64 }

func newPRNG(seed uint64) *prng { return &prng{state: seed} }

func (p *prng) next() uint64 {
	p.state += 0x9e3779b97f4a7c15
	z := p.state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// intn is a number in [0, n). The bias is below 2^-50 for the ranges used here.
func (p *prng) intn(n int) int { return int(p.next() % uint64(n)) }

// between is a number in [lo, hi].
func (p *prng) between(lo, hi int) int { return lo + p.intn(hi-lo+1) }

// Read fills b, so that a prng can stand in for crypto/rand.Reader, from which
// raft draws its randomized election timeouts.
func (p *prng) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(p.next())
	}
	return len(b), nil
}
