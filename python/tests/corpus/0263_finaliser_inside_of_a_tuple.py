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
    pair = (1, [2.0, Adds(a)])
    x = a * 2.0 + 1.0
    pair = x * 0.5
    return x * a, pair + a
