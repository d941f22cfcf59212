//! What the threads do, in rounds that begin in all of them at once.

use std::mem::ManuallyDrop;
use std::panic::catch_unwind;
use std::panic::AssertUnwindSafe;
use std::thread;

use crossbeam_deque::specgen_emit as trace;
use crossbeam_deque::Injector;
use crossbeam_deque::Steal;
use crossbeam_deque::Stealer;
use crossbeam_deque::Worker;

use crate::args::Args;
use crate::gate::Gate;
use crate::prng::Prng;

/// Rounds of each phase. Together they fill a buffer of 64 beyond its end, so that it grows, and empty it, so that it shrinks.
const FILL: u64 = 22;
const DRAIN: u64 = 20;
const CONTEND: u64 = 16;
/// Operations of one thread in a round in which all contend.
const BURST: usize = 30;

/// The thread that has the worker: the one that runs first.
const OWNER: &str = "t1";

enum Phase {
    /// The owner pushes, more than others take.
    Fill,
    /// All take.
    Drain,
    /// All want the few tasks there are.
    Contend,
}

fn phase(round: u64) -> Phase {
    match round % (FILL + DRAIN + CONTEND) {
        at if at < FILL => Phase::Fill,
        at if at < FILL + DRAIN => Phase::Drain,
        _ => Phase::Contend,
    }
}

pub fn names(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("t{number}")).collect()
}

/// What a thread has in hand.
struct Hands<'a> {
    name: String,
    chance: Prng,
    /// The next task it makes, a number that nobody else makes.
    next: u64,
    injector: &'a Injector<u64>,
    gate: &'a Gate,
    /// How many operations it called.
    calls: u64,
}

impl Hands<'_> {
    fn task(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn inject(&mut self) {
        let task = self.task();
        self.injector.push(task);
        self.calls += 1;
    }

    fn take(&mut self) -> Steal<u64> {
        self.calls += 1;
        self.injector.steal()
    }

    fn push(&mut self, worker: &Worker<u64>) {
        let task = self.task();
        worker.push(task);
        self.calls += 1;
    }

    fn pop(&mut self, worker: &Worker<u64>) -> Option<u64> {
        self.calls += 1;
        worker.pop()
    }

    fn steal(&mut self, stealer: &Stealer<u64>) {
        let _ = stealer.steal();
        self.calls += 1;
    }
}

/// How many operations were called by all threads; `None` if one of them panicked.
pub fn run(args: &Args) -> Option<u64> {
    // Never dropped, nor is the worker: a deque whose indices a bug has crossed would look for tasks for ever.
    let (injector, gate) = (ManuallyDrop::new(Injector::new()), Gate::new(args.nodes));
    let hands = |name: &str, number: u64| Hands {
        name: name.to_owned(),
        chance: Prng::new(args.seed.wrapping_mul(31).wrapping_add(number)),
        next: number * 10_000,
        injector: &injector,
        gate: &gate,
        calls: 0,
    };
    let names = names(args.nodes);
    trace::name_thread(OWNER);
    let worker = ManuallyDrop::new(if args.seed % 2 == 1 { Worker::new_fifo() } else { Worker::new_lifo() });
    thread::scope(|scope| {
        let others = names.iter().zip(1u64..).skip(1);
        let threads: Vec<_> = others
            .map(|(name, number)| {
                let (stealer, hands) = (worker.stealer(), hands(name, number));
                scope.spawn(move || guarded(hands, |hands| steal(hands, &stealer)))
            })
            .collect();
        let owned = guarded(hands(OWNER, 1), |hands| own(hands, &worker, args.events));
        // One for the call that made the worker.
        let all = threads.into_iter().map(|thread| thread.join().ok().flatten()).chain([owned, Some(1)]);
        all.collect::<Vec<_>>().into_iter().sum()
    })
}

fn guarded(mut hands: Hands<'_>, work: impl FnOnce(&mut Hands<'_>)) -> Option<u64> {
    trace::name_thread(&hands.name);
    let ended = catch_unwind(AssertUnwindSafe(|| work(&mut hands)));
    if ended.is_err() {
        hands.gate.give_up();
    }
    ended.ok().map(|()| hands.calls)
}

fn own(hands: &mut Hands<'_>, worker: &Worker<u64>, events: u64) {
    for round in 1.. {
        if trace::events() >= events {
            hands.gate.end_with(round);
        }
        if !hands.gate.pass(round) {
            break;
        }
        match phase(round) {
            Phase::Fill => (0..hands.chance.below(9)).for_each(|_| hands.push(worker)),
            Phase::Drain => {
                for _ in 0..1 + hands.chance.below(3) {
                    if hands.chance.chance(10) {
                        hands.push(worker);
                    } else {
                        hands.pop(worker);
                    }
                }
            }
            Phase::Contend => {
                for _ in 0..BURST {
                    if hands.chance.chance(60) {
                        (0..3).for_each(|_| hands.push(worker));
                    } else {
                        hands.pop(worker);
                    }
                }
            }
        }
        if hands.chance.chance(15) {
            hands.inject();
        }
    }
    // The others have ended. What is left has to be there, and what comes after the last task, too.
    for _ in 0..2 {
        while hands.pop(worker).is_some() {}
        hands.push(worker);
    }
    while hands.pop(worker).is_some() {}
    while hands.take() != Steal::Empty {}
}

fn steal(hands: &mut Hands<'_>, stealer: &Stealer<u64>) {
    for round in 1.. {
        if !hands.gate.pass(round) {
            break;
        }
        let (times, percent) = match phase(round) {
            Phase::Fill => (1, 15),
            Phase::Drain => (1, 90),
            Phase::Contend => (BURST, 100),
        };
        for _ in 0..times {
            if hands.chance.chance(percent) {
                hands.steal(stealer);
            }
        }
        match hands.chance.below(100) {
            0..10 => hands.inject(),
            10..25 => drop(hands.take()),
            _ => {}
        }
    }
}
