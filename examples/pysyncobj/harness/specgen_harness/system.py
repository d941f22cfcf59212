"""pysyncobj: objects of its class SyncObj, ticked by hand, with a transport that goes through the harness's network."""

import logging
import os
import random
import tempfile

# The instrumented copy is on PYTHONPATH; specgen_emit exists only there.
from pysyncobj import SyncObj, SyncObjConf, replicated, specgen_emit, syncobj
from pysyncobj.node import Node
from pysyncobj.pickle import dumps, loads
from pysyncobj.transport import Transport

from .network import Packet

# What the log of the system says of a run is in its trace.
logging.disable(logging.CRITICAL)


class Wire(Transport):
    """What a node sends waits in `sent` until the harness takes it. Connections look whole to the system: one that breaks
    is made again before it notices."""

    def __init__(self, syncObj, selfNode, otherNodes):
        super().__init__(syncObj, selfNode, otherNodes)
        self.sent = []

    def send(self, node, message):
        # As bytes, so that no two nodes share an object.
        self.sent.append((node.id, dumps(message)))
        return True

    def connect(self, nodes):
        for node in nodes:
            self._onNodeConnected(node)

    def receive(self, node, body):
        self._onMessageReceived(node, loads(body))

    def take(self):
        sent, self.sent = self.sent, []
        return sent


class Sum(SyncObj):
    """The replicated object."""

    def __init__(self, me, others, conf, wire):
        self.total = 0
        super().__init__(me, others, conf, transport=wire)

    @replicated
    def add(self, value):
        self.total += value


class Replica:
    """A node: its object, and its journal, which is all that a crash leaves."""

    def __init__(self, me, nodes, folder):
        self.me, self.others = Node(name(me)), [Node(name(node)) for node in range(nodes) if node != me]
        self.conf = SyncObjConf(
            autoTick=False,
            appendEntriesPeriod=0.15,
            raftMinTimeout=0.6,
            raftMaxTimeout=1.6,
            leaderFallbackTimeout=1.0,
            # No snapshots.
            logCompactionMinEntries=1 << 30,
            logCompactionMinTime=1 << 30,
            journalFile=os.path.join(folder, name(me)),
        )
        self.object = self.wire = None

    def boot(self):
        self.wire = Wire(None, self.me, self.others)
        self.object = Sum(self.me, self.others, self.conf, self.wire)
        self.wire.connect(self.others)

    def stop(self):
        """As if the process were killed: what was written to the journal stays, and nothing else is written."""
        self.object.destroy()
        self.object = self.wire = None


class System:
    def __init__(self, clocks, chance):
        self.clocks = clocks
        # Whose time it is that the system asks for.
        self.running = 0
        random.seed(chance.below(2**32))
        syncobj.monotonicTime = lambda: self.clocks[self.running].now / 1000
        self.folder = tempfile.TemporaryDirectory()
        self.replicas = [Replica(node, len(clocks), self.folder.name) for node in range(len(clocks))]
        for node in range(len(clocks)):
            self.run(node).boot()

    def run(self, node):
        self.running = node
        return self.replicas[node]

    def outbox(self, node):
        return [Packet(node, number(to), body) for to, body in self.replicas[node].wire.take()]

    def tick(self, node):
        self.run(node).object.doTick()
        return self.outbox(node)

    def request(self, node, value):
        """The command waits at the node until a tick finds a leader to give it to."""
        self.run(node).object.add(value)
        return self.outbox(node)

    def deliver(self, node, packet):
        self.run(node).wire.receive(Node(name(packet.sender)), packet.body)
        return self.outbox(node)

    def crash(self, node):
        self.run(node).stop()

    def restart(self, node):
        self.run(node).boot()
        return self.outbox(node)

    def observe(self, event, node, params=None):
        """Writes an event that no probe sees."""
        specgen_emit.emit(event, name(node), params, {})


def name(node):
    """A node's name in the trace, the same that `node` of trace.yaml makes."""
    return "n%d" % (node + 1)


def number(node):
    return int(node[1:]) - 1
