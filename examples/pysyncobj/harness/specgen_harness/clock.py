"""Logical time."""

# The time between two ticks, in milliseconds.
PERIOD = 100


class Clock:
    """The time of one node, the only one that the system may ask for. It moves at the ticks of its node, so that the clocks of
    different nodes drift apart."""

    def __init__(self):
        self.now = 1000

    def tick(self):
        self.now += PERIOD
