//! A cluster of nodes of TiKV's raft, each a `RawNode` over a `MemStorage`, which is its disk.

use raft::eraftpb::Message as RaftMessage;
use raft::specgen_support as support;
use raft::storage::MemStorage;
use raft::Config;
use raft::RawNode;
use raft::StateRole;

use crate::network::Packet;
use crate::prng::Prng;
use crate::trace::json;
use crate::trace::Json;

/// Ticks without a leader until a node stands for election. Chance is in who ticks, so that it is the same for all.
const ELECTION: usize = 6;

pub type Message = RaftMessage;

/// One node. What it had in memory stays to be looked at while it is down, as the state of events that concern it.
struct Replica {
    disk: MemStorage,
    node: RawNode<MemStorage>,
}

pub struct System {
    replicas: Vec<Replica>,
    /// What the scheduler does not choose: how far a node that crashes had come with its disk.
    chance: Prng,
}

impl System {
    /// Boots all nodes, with empty disks that know the voters. No trace is open yet, so that the first boot is no event.
    pub fn new(count: usize, chance: Prng) -> System {
        let voters: Vec<u64> = (1..=count as u64).collect();
        let boot = |id: &u64| {
            let disk = MemStorage::new_with_conf_state((voters.clone(), Vec::new()));
            Replica { node: boot(*id, &disk), disk }
        };
        System { replicas: voters.iter().map(boot).collect(), chance }
    }

    pub fn tick(&mut self, node: usize) {
        self.replicas[node].node.tick();
    }

    /// A client's request. An error says that it was dropped, as there is no leader; the trace shows as much.
    pub fn request(&mut self, node: usize, value: u64) {
        self.replicas[node].node.propose(Vec::new(), format!("v{value}").into_bytes()).ok();
    }

    /// An error says that a forwarded proposal was dropped.
    pub fn deliver(&mut self, node: usize, packet: Packet) {
        self.replicas[node].node.step(packet.body).ok();
    }

    pub fn campaign(&mut self, node: usize) {
        self.replicas[node].node.campaign().expect("a node may stand at any time");
    }

    /// Tells a leader that a message did not arrive.
    pub fn report_unreachable(&mut self, node: usize) {
        let count = self.replicas.len();
        let peer = (node + self.chance.between(1, count - 1)) % count;
        self.replicas[node].node.report_unreachable(peer as u64 + 1);
    }

    pub fn leads(&self, node: usize) -> bool {
        self.replicas[node].node.raft.state == StateRole::Leader
    }

    pub fn has_ready(&self, node: usize) -> bool {
        self.replicas[node].node.has_ready()
    }

    /// One turn of the loop that the crate's documentation asks for: what may be sent at once, save, send the rest, apply,
    /// advance. Nothing comes in between, as the crate demands.
    pub fn ready(&mut self, node: usize) -> Vec<Packet> {
        let Replica { disk, node: raw } = &mut self.replicas[node];
        let mut ready = raw.ready();
        let mut messages = ready.take_messages();
        disk.wl().append(ready.entries()).expect("entries follow on those that are saved");
        if let Some(state) = ready.hs() {
            disk.wl().set_hardstate(state.clone());
        }
        messages.extend(ready.take_persisted_messages());
        let mut light = raw.advance(ready);
        if let Some(commit) = light.commit_index() {
            disk.wl().mut_hard_state().commit = commit;
        }
        messages.extend(light.take_messages());
        raw.advance_apply();
        packets(messages)
    }

    /// Loses what is not on the node's disk. A leader may send before it saves; sometimes it crashes in between.
    pub fn crash(&mut self, node: usize) -> Vec<Packet> {
        let torn = self.leads(node) && self.has_ready(node) && self.chance.below(2) == 0;
        let raw = &mut self.replicas[node].node;
        let sent = if torn { raw.ready().take_messages() } else { Vec::new() };
        support::lose_unsent(raw);
        packets(sent)
    }

    /// Boots a node from its disk; a probe writes the event.
    pub fn restart(&mut self, node: usize) {
        let replica = &mut self.replicas[node];
        replica.node = boot(node as u64 + 1, &replica.disk);
    }

    /// Writes an event that no probe sees.
    pub fn observe(&self, event: &str, node: usize, params: &[(&str, Json)]) {
        support::observe(event, &self.replicas[node].node, params);
    }
}

fn boot(id: u64, disk: &MemStorage) -> RawNode<MemStorage> {
    let config = Config {
        id,
        election_tick: ELECTION,
        heartbeat_tick: 1,
        // Timeouts are drawn from min..max by a generator that no seed reaches: one number is left to draw.
        min_election_tick: ELECTION,
        max_election_tick: ELECTION + 1,
        max_size_per_msg: u64::MAX,
        max_inflight_msgs: 2,
        ..Config::default()
    };
    let silent = slog::Logger::root(slog::Discard, slog::o!());
    RawNode::new(&config, disk.clone(), &silent).expect("what was saved is enough to boot")
}

fn packets(messages: Vec<Message>) -> Vec<Packet> {
    messages.into_iter().map(|m| Packet::new(m.from as usize - 1, m.to as usize - 1, m)).collect()
}

pub fn describe(packet: &Packet) -> Json {
    json(&support::message(&packet.body))
}

/// A node's name in the trace, the same that `node` of trace.yaml makes.
pub fn name(node: usize) -> String {
    support::name(node as u64 + 1)
}
