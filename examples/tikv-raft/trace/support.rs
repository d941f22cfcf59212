//! Helper functions for the expressions in trace.yaml, and for the harness. specgen adds this file, beside its own
//! emitter, to the instrumented copy of the crate `raft`.
#![allow(missing_docs)]

use std::collections::BTreeMap;

use crate::eraftpb::{Entry, Message};
use crate::specgen_emit::{self, json, Json};
use crate::storage::{GetEntriesContext, Storage};
use crate::{Progress, Raft, RawNode, INVALID_ID};

/// A node's name in the trace.
pub fn name(id: u64) -> String {
    if id == INVALID_ID {
        "none".to_string()
    } else {
        format!("n{}", id)
    }
}

/// The name of the event of a message that arrives.
pub fn step_event(m: &Message) -> String {
    format!("Step_{:?}", m.get_msg_type())
}

/// What a tick is: a leader counts towards a heartbeat, all others towards an election.
pub fn tick_event<T: Storage>(r: &Raft<T>) -> &'static str {
    if r.state == crate::StateRole::Leader {
        "TickHeartbeat"
    } else {
        "TickElection"
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn terms(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.term).collect()
}

/// A message as a specification sees it: all fields, always.
pub fn message(m: &Message) -> Json {
    let fields: [(&str, Json); 11] = [
        ("type", json(&format!("{:?}", m.get_msg_type()))),
        ("from", json(&name(m.from))),
        ("to", json(&name(m.to))),
        ("term", json(&m.term)),
        ("index", json(&m.index)),
        ("logTerm", json(&m.log_term)),
        ("entries", json(&terms(&m.entries))),
        ("commit", json(&m.commit)),
        ("commitTerm", json(&m.commit_term)),
        ("reject", json(&m.reject)),
        ("rejectHint", json(&m.reject_hint)),
    ];
    let fields: BTreeMap<String, Json> = fields.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
    json(&fields)
}

/// What the next `Ready` hands over, in the order in which it was sent.
pub fn outbox<T: Storage>(r: &Raft<T>) -> Vec<Json> {
    r.msgs.iter().map(message).collect()
}

/// The terms of all entries from index 1 on; nothing is ever compacted here.
pub fn log<T: Storage>(r: &Raft<T>) -> Vec<u64> {
    let entries = r.raft_log.entries(1, None, GetEntriesContext::empty(false));
    terms(&entries.expect("the whole log is in memory"))
}

/// The names of the nodes whose recorded vote is `granted`, sorted.
pub fn votes<T: Storage>(r: &Raft<T>, granted: bool) -> Vec<String> {
    let mut names: Vec<String> =
        r.prs().votes().iter().filter(|(_, vote)| **vote == granted).map(|(id, _)| name(*id)).collect();
    names.sort();
    names
}

fn progress<T: Storage, V>(r: &Raft<T>, of: impl Fn(&Progress) -> V) -> BTreeMap<String, V> {
    r.prs().iter().map(|(id, progress)| (name(*id), of(progress))).collect()
}

pub fn matched<T: Storage>(r: &Raft<T>) -> BTreeMap<String, u64> {
    progress(r, |progress| progress.matched)
}

pub fn next<T: Storage>(r: &Raft<T>) -> BTreeMap<String, u64> {
    progress(r, |progress| progress.next_idx)
}

pub fn progress_state<T: Storage>(r: &Raft<T>) -> BTreeMap<String, String> {
    progress(r, |progress| progress.state.to_string())
}

/// Writes an event that no probe sees, with the state of a node; the fields are those of `state` in trace.yaml.
pub fn observe<T: Storage>(event: &str, node: &RawNode<T>, params: &[(&str, Json)]) {
    let r = &node.raft;
    let state = [
        ("currentTerm", json(&r.term)),
        ("votedFor", json(&name(r.vote))),
        ("role", json(&format!("{:?}", r.state))),
        ("leader", json(&name(r.leader_id))),
        ("commitIndex", json(&r.raft_log.committed)),
        ("lastIndex", json(&r.raft_log.last_index())),
        ("lastTerm", json(&r.raft_log.last_term())),
        ("log", json(&log(r))),
        ("persisted", json(&r.raft_log.persisted)),
        ("votesGranted", json(&votes(r, true))),
        ("votesRejected", json(&votes(r, false))),
        ("matchIndex", json(&matched(r))),
        ("nextIndex", json(&next(r))),
        ("progressState", json(&progress_state(r))),
        ("outbox", json(&outbox(r))),
    ];
    specgen_emit::emit(event, name(r.id), params, &state);
}

/// A crash loses what no `Ready` handed over.
pub fn lose_unsent<T: Storage>(node: &mut RawNode<T>) {
    node.raft.msgs.clear();
}
