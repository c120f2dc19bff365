# What a variable held lives on: nothing shows when the variable lets it go.
import numpy as np

KEPT = []


class Adds:
    def __init__(self, a):
        self.a = a

    def __del__(self):
        self.a += 1.0


def make(turn):
    a = np.arange(5.0)
    KEPT[:] = [a, Adds(a)]
    return (a, KEPT[1]), {}


def f(a, d):
    x = a * 2.0 + 1.0
    d = x * 0.5
    y = x * a
    KEPT.clear()
    return y, a * 1.0, d
