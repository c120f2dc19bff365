# Functions that are made anew for each call: known by their code, with what their cells hold.
import numpy as np


def make(turn):
    scale = (2.0, np.arange(3.0), np.float32(3))[turn % 3]
    return (lambda v, by=turn: v * scale + by, np.arange(1, 4.0)), {}


def f(g, a):
    k = 0.5

    def inner(v, *rest, w=1.0):
        return v * k + w + len(rest)

    s = 0.0
    for x in a:
        s += inner(x) + inner(x, 1, 2) + inner(x, w=x)
    y = g(a) + g(a, 2)
    k = a.sum()
    for x in a:
        s += inner(x)
    t = 0
    for i in range(4):
        t = t + g(i)
    return s, y, t, g is f
