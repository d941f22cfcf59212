//! Drives the system one step at a time: each step is one choice among all that is possible, by weight.

use std::collections::BTreeMap;

use crate::args::Args;
use crate::clock::Clock;
use crate::clock::PERIOD;
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
    clocks: Vec<Clock>,
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
        let clocks: Vec<Clock> = (0..args.nodes).map(|_| Clock::new()).collect();
        let mut allowed = vec!["tick", "request", "deliver", "heal"];
        allowed.extend(&args.faults);
        Scheduler {
            // A stream of its own: what the system draws changes nothing of what the scheduler does.
            system: System::new(clocks.clone(), Prng::new(!args.seed)),
            network: Network::default(),
            clocks,
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

    /// All that there is, in a fixed order. The weights are for a toy: a system that waits for many ticks wants more of
    /// them.
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
        let (first, late) = self.network.deliverable(self.steps, &self.up);
        let packets: Vec<usize> = (0..self.network.packets.len()).collect();
        let repair = if self.stormy { 5 } else { 30 };
        // More where more wait, so that they do not pile up.
        let deliver = 10 * (first.len() + late.len());
        vec![
            choice("tick", 30, 0, &up, Scheduler::tick),
            choice("request", 10, 0, &up, Scheduler::request),
            choice("deliver", deliver, 0, &first, Scheduler::deliver),
            choice("restart", repair, 0, &down, Scheduler::restart),
            choice("heal", repair, 0, &cut, Scheduler::heal),
            choice("drop", 4, 1, &packets, Scheduler::drop),
            choice("delay", 4, 1, &first, Scheduler::delay),
            choice("duplicate", 4, 1, &packets, Scheduler::duplicate),
            choice("reorder", 4, 1, &late, Scheduler::deliver),
            choice("partition", 4, 1, &whole, Scheduler::partition),
            choice("crash", 4, 1, &may_crash, Scheduler::crash),
            choice("clock", 4, 1, &every, Scheduler::jump),
        ]
    }

    fn tick(&mut self, node: usize) {
        // A call that ends by a panic is an event of the node that is named here.
        trace::name_thread(&name(node));
        self.clocks[node].tick();
        self.network.send(self.system.tick(node));
    }

    fn request(&mut self, node: usize) {
        trace::name_thread(&name(node));
        self.values += 1;
        self.network.send(self.system.request(node, self.values));
    }

    fn deliver(&mut self, i: usize) {
        let packet = self.network.take(i);
        trace::name_thread(&name(packet.to));
        self.network.send(self.system.deliver(packet.to, packet));
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

    /// Cuts a node off from at least one other, with about half of the rest.
    fn partition(&mut self, node: usize) {
        let count = self.up.len();
        let other = (node + self.prng.between(1, count - 1)) % count;
        let mut cut = |i: usize| i == node || i != other && self.prng.below(2) == 0;
        let side: Vec<bool> = (0..count).map(&mut cut).collect();
        let names: Vec<String> = (0..count).filter(|i| side[*i]).map(name).collect();
        self.network.side = Some(side);
        self.system.observe("Partition", node, &[("side", trace::json(&names))]);
    }

    fn heal(&mut self, node: usize) {
        self.network.side = None;
        self.system.observe("Heal", node, &[]);
    }

    fn crash(&mut self, node: usize) {
        self.system.crash(node);
        self.up[node] = false;
        self.system.observe("Crash", node, &[]);
    }

    fn restart(&mut self, node: usize) {
        trace::name_thread(&name(node));
        self.up[node] = true;
        let packets = self.system.restart(node);
        self.system.observe("Restart", node, &[]);
        self.network.send(packets);
    }

    fn jump(&mut self, node: usize) {
        let by = self.prng.between(1, 10 * PERIOD as usize) as i64;
        let by = if self.prng.below(2) == 0 { -by } else { by };
        self.clocks[node].jump(by);
        self.system.observe("ClockJump", node, &[("by", trace::json(&by))]);
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
