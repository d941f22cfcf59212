"""The only source of chance."""

_MASK = 2**64 - 1


class Prng:
    """splitmix64: the same on every machine and in every version of Python."""

    def __init__(self, seed):
        self.state = seed & _MASK

    def _next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, n):
        """A number in [0, n). The bias is below 2^-50 for the ranges used here."""
        return self._next() % n

    def between(self, low, high):
        """A number in [low, high]."""
        return low + self.below(high - low + 1)
