package main

import (
	"fmt"
	"time"

	"github.com/hashicorp/raft"
)

// client makes requests to whoever believes to lead.
type client struct {
	cluster      *cluster
	chance       *prng
	name         string
	acknowledged []command // read after the client has ended
}

func (w *client) work(stop <-chan struct{}) {
	for number := 1; ; number++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(w.chance.between(4, 25)) * time.Millisecond):
		}
		leaders := []*raft.Raft{}
		for _, running := range w.cluster.up() {
			if running.State() == raft.Leader {
				leaders = append(leaders, running)
			}
		}
		if len(leaders) == 0 {
			continue
		}
		value := fmt.Sprintf("%s-%d", w.name, number)
		future := leaders[w.chance.below(len(leaders))].Apply([]byte(value), 50*time.Millisecond)
		if answered(future, 300*time.Millisecond) == nil {
			w.acknowledged = append(w.acknowledged, command{future.Index(), value})
		}
	}
}

// answered waits for an answer, but not for ever: a node that stops leaves some
// requests without one.
func answered(future raft.Future, patience time.Duration) error {
	answer := make(chan error, 1)
	go func() { answer <- future.Error() }()
	select {
	case err := <-answer:
		return err
	case <-time.After(patience):
		return fmt.Errorf("no answer within %s", patience)
	}
}
