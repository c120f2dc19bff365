import numpy as np


class Adds:
    def __init__(self, a):
        self.a = a

    def __del__(self):
        self.a += 1.0


def make(turn):
    a = np.arange(5.0)
    return (a, Adds(a)), {}


def outer(a):
    return f(a, Adds(a))


def f(a, d=None):
    if d is None:
        return outer(a)
    x = a * 2.0 + 1.0
    d = x * 0.5
    return x * a, d + a
