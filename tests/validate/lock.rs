//! A lock service that does what `Lock.tla` says, written down as a trace.

use serde_json::Value;
use serde_json::json;
use specgen::trace::Event;
use specgen::trace::Header;
use specgen::trace::Trace;

/// Numbers that look random and are always the same.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

#[derive(Clone, Default)]
struct Node {
    clock: i64,
    heard: Vec<i64>,
    holder: Option<usize>,
    queue: Vec<usize>,
    waiting: Vec<usize>,
    held: Vec<usize>,
    up: bool,
}

#[derive(Clone)]
struct Message {
    kind: &'static str,
    from: usize,
    to: usize,
    time: i64,
}

fn name(node: usize) -> String {
    format!("n{}", node + 1)
}

struct Service {
    nodes: Vec<Node>,
    network: Vec<Message>,
    events: Vec<Event>,
}

impl Service {
    fn log(&mut self, event: &str, node: usize, params: Value, observed: bool) {
        let n = &self.nodes[node];
        let names = |list: &[usize]| list.iter().map(|n| name(*n)).collect::<Vec<_>>();
        let heard: serde_json::Map<_, _> = n.heard.iter().enumerate().map(|(i, t)| (name(i), json!(t))).collect();
        let mut state = json!({
            "clock": n.clock, "heard": heard, "holder": n.holder.map_or("none".to_owned(), name),
            "queue": names(&n.queue), "waiting": names(&n.waiting), "held": n.held.len(), "note": "x",
        });
        if let Some(first) = n.queue.first() {
            state["first"] = json!(name(*first));
        }
        let seq = self.events.len() as u64 + 1;
        self.events.push(Event {
            line: seq as usize + 1,
            seq,
            name: event.to_owned(),
            node: name(node),
            params: params.as_object().cloned().unwrap_or_default(),
            state: if observed { state.as_object().cloned().unwrap_or_default() } else { serde_json::Map::new() },
            probe: format!("lock.go:{}", 10 * (event.len())),
            function: event.to_lowercase(),
            path: Vec::new(),
            aborted: false,
            stamp: Default::default(),
        });
    }

    fn send(&mut self, kind: &'static str, from: usize, to: usize) {
        let time = self.nodes[from].clock;
        self.network.push(Message { kind, from, to, time });
    }

    fn deliver(&mut self, at: usize) {
        let m = self.network.remove(at);
        let node = &mut self.nodes[m.to];
        node.clock = node.clock.max(m.time) + 1;
        node.heard[m.from] = m.time;
        match m.kind {
            "Request" if node.holder.is_none() => {
                node.holder = Some(m.from);
                self.send("Grant", m.to, m.from);
            }
            "Request" => node.queue.push(m.from),
            "Grant" => {
                node.waiting.retain(|n| *n != m.from);
                node.held.push(m.from);
            }
            _ if node.queue.is_empty() => node.holder = None,
            _ => {
                let next = node.queue.remove(0);
                node.holder = Some(next);
                self.send("Grant", m.to, next);
            }
        }
        let message = json!({ "type": m.kind, "from": name(m.from), "to": name(m.to), "time": m.time });
        self.log(&format!("Handle{}", m.kind), m.to, json!({ "m": message }), true);
    }

    fn step(&mut self, dice: &mut Dice) {
        let count = self.nodes.len();
        let (s, p) = (dice.roll(count), dice.roll(count));
        if !self.nodes[s].up {
            self.nodes[s].up = true;
            return self.log("Resume", s, json!({}), false);
        }
        match dice.roll(20) {
            0 => {
                self.nodes[s].up = false;
                self.log("Pause", s, json!({}), false);
            }
            1 | 2 => {
                self.nodes[s].clock += dice.roll(2) as i64;
                self.log("Tick", s, json!({}), true);
            }
            3..=7 if !self.nodes[s].waiting.contains(&p) && !self.nodes[s].held.contains(&p) => {
                self.nodes[s].waiting.push(p);
                self.nodes[s].clock += 1;
                self.send("Request", s, p);
                self.log("Request", s, json!({ "to": name(p) }), true);
            }
            8..=11 if self.nodes[s].held.contains(&p) => {
                self.nodes[s].held.retain(|n| *n != p);
                self.nodes[s].clock += 1;
                self.send("Release", s, p);
                self.log("Release", s, json!({ "to": name(p) }), true);
            }
            _ if !self.network.is_empty() => {
                let at = dice.roll(self.network.len());
                if self.nodes[self.network[at].to].up {
                    self.deliver(at);
                }
            }
            _ => {}
        }
    }
}

/// A trace of so many events.
pub(crate) fn trace(seed: u64, nodes: usize, events: usize) -> Trace {
    let node = Node { heard: vec![0; nodes], up: true, ..Node::default() };
    let mut service = Service { nodes: vec![node; nodes], network: Vec::new(), events: Vec::new() };
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1);
    while service.events.len() < events {
        service.step(&mut dice);
    }
    let header = Header {
        system: "lock".to_owned(),
        nodes: (0..nodes).map(name).collect(),
        seed: Some(seed as i64),
        extra: std::collections::BTreeMap::new(),
    };
    Trace { file: format!("seed-{seed}.ndjson"), header, events: service.events, truncated: false }
}
