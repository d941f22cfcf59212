//! Drives the system one step at a time: each step is one choice among all that is possible, by weight.

use std::collections::BTreeMap;

use crate::args::Args;
use crate::network::Network;
use crate::prng::Prng;
use crate::system::describe;
use crate::system::name;
use crate::system::System;
use crate::trace;

/// How many steps without an event are enough to see that none will come.
const SILENCE: u64 = 10_000;

pub struct Scheduler {
    system: System,
    network: Network,
    prng: Prng,
    allowed: Vec<&'static str>,
    done: BTreeMap<&'static str, u64>,
    up: Vec<bool>,
    steps: u64,
    /// How many values were asked for so far.
    values: u64,
    stormy: bool,
    /// Steps that are left in the phase.
    left: usize,
    /// Faults that are left in the phase.
    budget: usize,
}

/// Something that can be done now, to one of several nodes or packets.
struct Choice {
    name: &'static str,
    weight: usize,
    /// Of the budget of faults.
    costs: usize,
    among: Vec<usize>,
    act: fn(&mut Scheduler, usize),
}

impl Scheduler {
    pub fn new(args: &Args) -> Scheduler {
        let mut allowed = vec!["tick", "request", "deliver", "heal", "ready", "campaign", "unreachable"];
        allowed.extend(&args.faults);
        Scheduler {
            // A stream of its own: what the system draws changes nothing of what the scheduler does.
            system: System::new(args.nodes, Prng::new(!args.seed)),
            network: Network::default(),
            prng: Prng::new(args.seed),
            allowed,
            done: BTreeMap::new(),
            up: vec![true; args.nodes],
            steps: 0,
            values: 0,
            stormy: true,
            left: 0,
            budget: 0,
        }
    }

    /// Steps until the trace has enough events. It ends there and does not first heal and restart everything: a trace
    /// is judged as the beginning of a run, so that nothing is asked of its end, a tail without faults would be in
    /// every trace alike, and a longer run of the same seed goes on where a shorter one stopped. What the system makes
    /// of an end to all faults shows in the calm phases.
    pub fn run(&mut self, events: u64) -> Result<(), String> {
        let (mut last, mut since) = (trace::events(), self.steps);
        while last < events {
            self.step();
            if trace::events() > last {
                (last, since) = (trace::events(), self.steps);
            } else if self.steps - since >= SILENCE {
                return Err(format!("no event in {SILENCE} steps; the trace has {last} of {events}"));
            }
        }
        Ok(())
    }

    fn step(&mut self) {
        if self.left == 0 {
            self.enter();
        }
        self.left -= 1;
        self.steps += 1;
        let mut possible = self.choices();
        possible.retain(|choice| {
            self.allowed.contains(&choice.name) && choice.costs <= self.budget && !choice.among.is_empty()
        });
        let mut pick = self.prng.below(possible.iter().map(|choice| choice.weight).sum());
        for choice in possible {
            if pick < choice.weight {
                *self.done.entry(choice.name).or_default() += 1;
                self.budget -= choice.costs;
                let one = choice.among[self.prng.below(choice.among.len())];
                return (choice.act)(self, one);
            }
            pick -= choice.weight;
        }
    }

    /// Begins a phase. Calm ones, in which things are repaired and nothing new breaks, take turns with stormy ones, so
    /// that the system gets somewhere.
    fn enter(&mut self) {
        self.stormy = !self.stormy;
        self.left = self.prng.between(20, 60);
        self.budget = if self.stormy { self.prng.between(1, 8) } else { 0 };
    }

    /// All that there is, in a fixed order.
    fn choices(&self) -> Vec<Choice> {
        let every: Vec<usize> = (0..self.up.len()).collect();
        let (up, down): (Vec<usize>, Vec<usize>) = every.iter().partition(|node| self.up[**node]);
        // A majority stays, of two nodes one.
        let may_crash = down.is_empty() || 2 * (down.len() + 1) < every.len();
        let may_crash = if may_crash { up.clone() } else { Vec::new() };
        let (whole, cut) = match self.network.side {
            None => (every.clone(), Vec::new()),
            Some(_) => (Vec::new(), vec![0]),
        };
        let ready: Vec<usize> = up.iter().copied().filter(|node| self.system.has_ready(*node)).collect();
        let leaders: Vec<usize> = up.iter().copied().filter(|node| self.system.leads(*node)).collect();
        // Elections out of turn happen in storms.
        let campaign = if self.stormy { 3 } else { 1 };
        let (first, late) = self.network.deliverable(self.steps, &self.up);
        let packets: Vec<usize> = (0..self.network.packets.len()).collect();
        let repair = if self.stormy { 5 } else { 30 };
        // More where more wait, so that they do not pile up.
        let deliver = 10 * (first.len() + late.len());
        vec![
            choice("tick", 20, 0, &up, Scheduler::tick),
            choice("request", 12, 0, &up, Scheduler::request),
            choice("deliver", deliver, 0, &first, Scheduler::deliver),
            choice("ready", 25 * ready.len(), 0, &ready, Scheduler::ready),
            choice("campaign", campaign, 0, &up, Scheduler::campaign),
            choice("unreachable", 1, 0, &leaders, Scheduler::unreachable),
            choice("restart", repair, 0, &down, Scheduler::restart),
            choice("heal", repair, 0, &cut, Scheduler::heal),
            choice("drop", 4, 1, &packets, Scheduler::drop),
            choice("delay", 4, 1, &first, Scheduler::delay),
            choice("duplicate", 4, 1, &packets, Scheduler::duplicate),
            choice("reorder", 4, 1, &late, Scheduler::deliver),
            choice("partition", 4, 1, &whole, Scheduler::partition),
            choice("crash", 4, 1, &may_crash, Scheduler::crash),
        ]
    }

    fn tick(&mut self, node: usize) {
        self.at(node);
        self.system.tick(node);
    }

    fn request(&mut self, node: usize) {
        self.at(node);
        self.values += 1;
        self.system.request(node, self.values);
    }

    fn deliver(&mut self, i: usize) {
        let packet = self.network.take(i);
        self.at(packet.to);
        self.system.deliver(packet.to, packet);
    }

    fn ready(&mut self, node: usize) {
        self.at(node);
        let packets = self.system.ready(node);
        self.network.send(packets);
    }

    fn campaign(&mut self, node: usize) {
        self.at(node);
        self.system.campaign(node);
    }

    fn unreachable(&mut self, node: usize) {
        self.at(node);
        self.system.report_unreachable(node);
    }

    /// A call that ends by a panic is an event of the node that is named here.
    fn at(&self, node: usize) {
        trace::name_thread(&name(node));
    }

    fn drop(&mut self, i: usize) {
        let packet = self.network.take(i);
        self.system.observe("Drop", packet.to, &[("m", describe(&packet))]);
    }

    fn duplicate(&mut self, i: usize) {
        let packet = self.network.duplicate(i);
        self.system.observe("Duplicate", packet.to, &[("m", describe(&packet))]);
    }

    /// Writes no event: that a packet is under way for longer shows when it arrives.
    fn delay(&mut self, i: usize) {
        self.network.delay(i, self.steps + self.prng.between(5, 40) as u64);
    }

    /// Cuts a node off from at least one other, with about half of the rest. It writes no event, nor does its end: that
    /// packets wait changes nothing that a node knows.
    fn partition(&mut self, node: usize) {
        let count = self.up.len();
        let other = (node + self.prng.between(1, count - 1)) % count;
        let mut cut = |i: usize| i == node || i != other && self.prng.below(2) == 0;
        let side: Vec<bool> = (0..count).map(&mut cut).collect();
        self.network.side = Some(side);
    }

    fn heal(&mut self, _: usize) {
        self.network.side = None;
    }

    fn crash(&mut self, node: usize) {
        self.at(node);
        let packets = self.system.crash(node);
        self.up[node] = false;
        self.system.observe("Crash", node, &[]);
        self.network.send(packets);
    }

    fn restart(&mut self, node: usize) {
        self.at(node);
        self.up[node] = true;
        self.system.restart(node);
    }

    /// How often each choice was taken.
    pub fn summary(&self) -> String {
        let mut text = format!("{} steps", self.steps);
        for choice in self.choices() {
            let done = self.done.get(choice.name).unwrap_or(&0);
            text += &format!(", {} {done}", choice.name);
        }
        text
    }
}

fn choice(name: &'static str, weight: usize, costs: usize, among: &[usize], act: fn(&mut Scheduler, usize)) -> Choice {
    Choice { name, weight, costs, among: among.to_vec(), act }
}
