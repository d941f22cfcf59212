package main

// clock is the time of one node, the only one that the system may ask for. It
// moves at the ticks of its node, and forward or backward where the scheduler lets
// it jump, so that the clocks of different nodes drift apart.
type clock struct{ now int64 }

// period is the time between two ticks, in what the system takes for milliseconds.
const period = 10

func (c *clock) tick()         { c.now += period }
func (c *clock) jump(by int64) { c.now += by }
