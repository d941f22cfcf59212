"""What is in flight between nodes."""


class Packet:
    """A message in flight."""

    def __init__(self, sender, to, body):
        self.sender, self.to, self.body = sender, to, body


class Network:
    """Packets in the order in which they were sent. As with TCP, those of one link arrive in that order and once each; a
    connection that breaks loses what is under way on it. Across a partition packets wait."""

    def __init__(self):
        self.packets = []
        # Of a partition, by node; None where there is none.
        self.side = None

    def send(self, packets):
        self.packets.extend(packets)

    def connected(self, a, b):
        return self.side is None or self.side[a] == self.side[b]

    def deliverable(self, up):
        """The packets that may arrive in this step: the first of each link."""
        first, seen = [], set()
        for i, packet in enumerate(self.packets):
            link = (packet.sender, packet.to)
            if link not in seen and up[packet.to] and self.connected(*link):
                first.append(i)
            seen.add(link)
        return first

    def take(self, i):
        return self.packets.pop(i)

    def cut(self, i):
        """Loses a packet and all that were sent after it on its link."""
        gone = self.packets[i]
        self.packets = [
            p for at, p in enumerate(self.packets) if at < i or (p.sender, p.to) != (gone.sender, gone.to)
        ]

    def reset(self, node):
        """A node starts anew: nothing that was sent to it before arrives."""
        self.packets = [p for p in self.packets if p.to != node]
