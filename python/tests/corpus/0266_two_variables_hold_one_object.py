import numpy as np

TURNS = 8


class Adds:
    def __init__(self, a):
        self.a = a

    def __del__(self):
        self.a += 1.0


def make(turn):
    return (np.arange(5.0),), {}


def f(a):
    d = e = Adds(a)
    x = a * 2.0 + 1.0
    d = x * a
    y = x - a
    e = y * a
    z = y * 3.0 + a
    return x, d, y, e, z
