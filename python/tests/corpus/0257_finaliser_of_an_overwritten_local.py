# An object is freed where its variable gets another value, and what it then does is seen by what follows.
import numpy as np

TURNS = 8


class Clears:
    def __init__(self, a):
        self.a = a

    def __del__(self):
        self.a[:] = 100.0


def make(turn):
    return (np.arange(5.0),), {}


def f(a):
    d = Clears(a)
    x = a * 2.0
    y = x + 1.0
    d = 1.0
    z = a * 3.0
    return x, y, z + y, d
