"""What is in flight between nodes."""


class Packet:
    """A message in flight."""

    def __init__(self, sender, to, body):
        self.sender, self.to, self.body = sender, to, body
        # The step before which it is not delivered.
        self.held = 0


class Network:
    """Packets in the order in which they were sent. One leaves only by being delivered or dropped and is copied only by
    `duplicate`, so that the trace accounts for each. One whose addressee is down or on the other side of a partition waits."""

    def __init__(self):
        self.packets = []
        # Of a partition, by node; None where there is none.
        self.side = None

    def send(self, packets):
        self.packets.extend(packets)

    def connected(self, a, b):
        return self.side is None or self.side[a] == self.side[b]

    def deliverable(self, step, up):
        """The packets that may arrive in this step: the first of each link, and those that would overtake another."""
        first, late, seen = [], [], set()
        for i, packet in enumerate(self.packets):
            if packet.held > step or not up[packet.to] or not self.connected(packet.sender, packet.to):
                continue
            link = (packet.sender, packet.to)
            (late if link in seen else first).append(i)
            seen.add(link)
        return first, late

    def take(self, i):
        return self.packets.pop(i)

    def duplicate(self, i):
        packet = self.packets[i]
        copy = Packet(packet.sender, packet.to, packet.body)
        copy.held = packet.held
        self.packets.append(copy)
        return copy

    def delay(self, i, step):
        """Holds a packet back; what was sent after it may arrive before it."""
        self.packets[i].held = step
