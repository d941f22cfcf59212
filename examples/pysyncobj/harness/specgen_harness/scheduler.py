"""Drives the system one step at a time: each step is one choice among all that is possible, by weight."""

from .clock import Clock
from .network import Network
from .prng import Prng
from .system import System

# How many steps without an event are enough to see that none will come.
SILENCE = 10000


class Stuck(Exception):
    """No event comes any more."""


class Scheduler:
    def __init__(self, args):
        self.network = Network()
        self.clocks = [Clock() for _ in range(args.nodes)]
        self.prng = Prng(args.seed)
        self.allowed = {"tick", "request", "deliver", "heal", *args.faults}
        self.done = {}
        self.up = [True] * args.nodes
        self.steps = 0
        # How many values were asked for so far.
        self.values = 0
        self.stormy = True
        # Steps and faults that are left in the phase.
        self.left, self.budget = 0, 0
        # A stream of its own: what the system draws changes nothing of what the scheduler does.
        self.system = System(self.clocks, Prng(~args.seed))

    def run(self, events, written):
        """Steps until the trace has enough events. It ends there and does not first heal and restart everything: a trace is
        judged as the beginning of a run, so that nothing is asked of its end, a tail without faults would be in every trace
        alike, and a longer run of the same seed goes on where a shorter one stopped. What the system makes of an end to all
        faults shows in the calm phases."""
        last, since = written(), self.steps
        while last < events:
            self.step()
            now = written()
            if now > last:
                last, since = now, self.steps
            elif self.steps - since >= SILENCE:
                raise Stuck("no event in %d steps; the trace has %d of %d" % (SILENCE, last, events))

    def step(self):
        if self.left == 0:
            self.enter()
        self.left -= 1
        self.steps += 1
        possible = [
            (what, weight, costs, among, do)
            for what, weight, costs, among, do in self.choices()
            if what in self.allowed and costs <= self.budget and among
        ]
        pick = self.prng.below(sum(weight for _, weight, _, _, _ in possible))
        for what, weight, costs, among, do in possible:
            if pick < weight:
                self.done[what] = self.done.get(what, 0) + 1
                self.budget -= costs
                do(among[self.prng.below(len(among))])
                return
            pick -= weight

    def enter(self):
        """Begins a phase. Calm ones, in which things are repaired and nothing new breaks, take turns with stormy ones, so
        that the system gets somewhere."""
        self.stormy = not self.stormy
        self.left = self.prng.between(60, 240)
        self.budget = self.prng.between(1, 8) if self.stormy else 0

    def choices(self):
        """All that there is, in a fixed order: its name, its weight, what it costs of the budget of faults, the nodes or
        packets it may be about, what to do with one."""
        every = list(range(len(self.up)))
        up = [node for node in every if self.up[node]]
        down = [node for node in every if not self.up[node]]
        # A majority stays, of two nodes one.
        may_crash = up if not down or 2 * (len(down) + 1) < len(every) else []
        whole, cut = (every, []) if self.network.side is None else ([], every[:1])
        first = self.network.deliverable(self.up)
        packets = list(range(len(self.network.packets)))
        repair, heal = (5, 1) if self.stormy else (30, 30)
        return [
            ("tick", 40, 0, up, self.tick),
            ("request", 4, 0, up, self.request),
            # More where more wait, so that they do not pile up.
            ("deliver", 15 * len(first), 0, first, self.deliver),
            ("restart", repair, 0, down, self.restart),
            ("heal", heal, 0, cut, self.heal),
            ("drop", 4, 1, packets, self.drop),
            ("partition", 4, 1, whole, self.partition),
            ("crash", 4, 1, may_crash, self.crash),
        ]

    def tick(self, node):
        self.clocks[node].tick()
        self.network.send(self.system.tick(node))

    def request(self, node):
        self.values += 1
        self.network.send(self.system.request(node, self.values))

    def deliver(self, i):
        packet = self.network.take(i)
        self.network.send(self.system.deliver(packet.to, packet))

    def drop(self, i):
        """A connection breaks: what is under way on it from a packet on is lost."""
        self.network.cut(i)

    def partition(self, node):
        """Cuts a node off from at least one other, with about half of the rest."""
        count = len(self.up)
        other = (node + self.prng.between(1, count - 1)) % count
        side = [int(i == node or i != other and self.prng.below(2) == 0) for i in range(count)]
        self.network.side = side

    def heal(self, node):
        self.network.side = None

    def crash(self, node):
        self.system.crash(node)
        self.up[node] = False
        self.system.observe("Crash", node)

    def restart(self, node):
        self.up[node] = True
        self.network.reset(node)
        self.network.send(self.system.restart(node))

    def summary(self):
        """How often each choice was taken."""
        taken = ["%s %d" % (what, self.done.get(what, 0)) for what, *_ in self.choices()]
        return ", ".join(["%d steps" % self.steps] + taken)
