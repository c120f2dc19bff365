# What a property computes behind a comprehension is no value of the region in front of it.
import numpy as np


class Tally:
    def __init__(self, s):
        self.s = s

    @property
    def twice(self):
        return self.s * 2


def make(turn):
    return (np.arange(3.0), turn + 0.5), {}


def f(a, x):
    held = Tally(x)
    items = [k * 2 for k in range(3)]
    s = 0.0
    for v in a:
        s += v * held.twice
    return (held.twice, items, s)
