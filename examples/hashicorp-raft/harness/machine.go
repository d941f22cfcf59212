package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// command is an entry that a machine applied.
type command struct {
	Index uint64
	Value string
}

// machine is the replicated state machine: the list of all it was told.
type machine struct {
	mu   sync.Mutex
	told []command
}

func (m *machine) Apply(log *raft.Log) any {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told = append(m.told, command{log.Index, string(log.Data)})
	return nil
}

func (m *machine) all() []command {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.told)
}

func (m *machine) Snapshot() (raft.FSMSnapshot, error) { return picture(m.all()), nil }

func (m *machine) Restore(source io.ReadCloser) error {
	defer source.Close()
	var told []command
	if err := json.NewDecoder(source).Decode(&told); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told = told
	return nil
}

// picture is a snapshot of a machine.
type picture []command

func (p picture) Persist(sink raft.SnapshotSink) error {
	if err := json.NewEncoder(sink).Encode([]command(p)); err != nil {
		sink.Cancel()
		return err
	}
	return sink.Close()
}

func (p picture) Release() {}

// converge heals everything and waits until all machines were told the same, with
// every command that a client was told of at its index.
func (c *cluster) converge(patience time.Duration, clients []*client) error {
	for _, n := range c.nodes {
		c.isolate(n, false)
		if err := c.start(n); err != nil {
			return err
		}
	}
	var wrong error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if n := c.leader(); n == nil || n.raft.Barrier(time.Second).Error() != nil {
			continue
		}
		if wrong = c.agree(clients); wrong == nil {
			return nil
		}
	}
	if wrong == nil {
		wrong = fmt.Errorf("no leader")
	}
	return fmt.Errorf("the nodes do not agree within %s: %w", patience, wrong)
}

func (c *cluster) agree(clients []*client) error {
	first := c.nodes[0].fsm.all()
	for _, n := range c.nodes[1:] {
		if !slices.Equal(n.fsm.all(), first) {
			return fmt.Errorf("%s and %s were told different commands", c.nodes[0].id, n.id)
		}
	}
	for _, w := range clients {
		for _, known := range w.acknowledged {
			if !slices.Contains(first, known) {
				return fmt.Errorf("the acknowledged command %v is lost", known)
			}
		}
	}
	return nil
}
