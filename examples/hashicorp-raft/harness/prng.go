package main

// prng is splitmix64, the only source of chance: the same on every machine and
// in every version of Go.
type prng struct{ state uint64 }

func newPRNG(seed uint64) *prng { return &prng{state: seed} }

func (p *prng) next() uint64 {
	p.state += 0x9e3779b97f4a7c15
	z := p.state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// below is a number in [0, n). The bias is below 2^-50 for the ranges used here.
func (p *prng) below(n int) int { return int(p.next() % uint64(n)) }

// between is a number in [low, high].
func (p *prng) between(low, high int) int { return low + p.below(high-low+1) }
