package main

import (
	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

// storage is a node's disk: what survives a crash. The voters are part of its
// initial state, so the log can start empty, at index 1 and without a snapshot.
type storage struct {
	*raft.MemoryStorage
	voters []uint64
}

func newStorage(voters []uint64) *storage {
	return &storage{MemoryStorage: raft.NewMemoryStorage(), voters: voters}
}

// InitialState is what raft reads when a node starts.
func (s *storage) InitialState() (pb.HardState, pb.ConfState, error) {
	hard, _, err := s.MemoryStorage.InitialState()
	return hard, pb.ConfState{Voters: append([]uint64(nil), s.voters...)}, err
}

// save writes what a Ready asks to be made durable.
func (s *storage) save(rd raft.Ready) error {
	if err := s.Append(rd.Entries); err != nil {
		return err
	}
	if !raft.IsEmptyHardState(rd.HardState) {
		return s.SetHardState(rd.HardState)
	}
	return nil
}
