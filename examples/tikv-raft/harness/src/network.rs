//! What is in flight between nodes.

use std::collections::BTreeSet;

use crate::system::Message;

/// A message in flight.
#[derive(Clone)]
pub struct Packet {
    pub from: usize,
    pub to: usize,
    pub body: Message,
    /// The step before which it is not delivered.
    held: u64,
}

impl Packet {
    pub fn new(from: usize, to: usize, body: Message) -> Packet {
        Packet { from, to, body, held: 0 }
    }
}

/// Packets in the order in which they were sent. One leaves only by being delivered or dropped and is copied only by
/// `duplicate`, so that the trace accounts for each. One whose addressee is down or on the other side of a partition
/// waits.
#[derive(Default)]
pub struct Network {
    pub packets: Vec<Packet>,
    /// Of a partition, by node.
    pub side: Option<Vec<bool>>,
}

impl Network {
    pub fn send(&mut self, packets: Vec<Packet>) {
        self.packets.extend(packets);
    }

    fn connected(&self, a: usize, b: usize) -> bool {
        match &self.side {
            None => true,
            Some(side) => side[a] == side[b],
        }
    }

    /// The packets that may arrive in this step: the first of each link, and those that would overtake another.
    pub fn deliverable(&self, step: u64, up: &[bool]) -> (Vec<usize>, Vec<usize>) {
        let mut seen = BTreeSet::new();
        let may = |p: &Packet| p.held <= step && up[p.to] && self.connected(p.from, p.to);
        let ready = (0..self.packets.len()).filter(|i| may(&self.packets[*i]));
        ready.partition(|i| seen.insert((self.packets[*i].from, self.packets[*i].to)))
    }

    pub fn take(&mut self, i: usize) -> Packet {
        self.packets.remove(i)
    }

    pub fn duplicate(&mut self, i: usize) -> Packet {
        self.packets.push(self.packets[i].clone());
        self.packets[i].clone()
    }

    /// Holds a packet back; what was sent after it may arrive before it.
    pub fn delay(&mut self, i: usize, step: u64) {
        self.packets[i].held = step;
    }
}
