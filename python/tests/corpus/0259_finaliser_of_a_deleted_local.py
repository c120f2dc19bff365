# The same where the variable is deleted, and where nothing reads it again.
import numpy as np

TURNS = 8


class Adds:
    def __init__(self, a, n):
        self.a, self.n = a, n

    def __del__(self):
        self.a += self.n


def make(turn):
    return (np.arange(5.0),), {}


def f(a):
    d, e = Adds(a, 1.0), Adds(a, 10.0)
    x = a * 2.0
    del d
    y = x + a
    e = None  # noqa: F841
    return x * a, y
