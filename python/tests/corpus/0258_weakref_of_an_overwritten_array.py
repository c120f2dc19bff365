# The same of an array to which somebody refers weakly.
import weakref

import numpy as np

TURNS = 8

KEPT = []


def make(turn):
    return (np.arange(5.0),), {}


def copied(x):
    KEPT[:] = [1]
    return x.copy()


def watched(a, x):
    return weakref.ref(x, lambda _: a.__setitem__(slice(None), 50.0))


def f(a):
    x = copied(a)
    r = watched(a, x)
    y = a * 2.0 + 1.0
    x = y + 1.0
    z = a * 3.0
    return y, z, x, r is None
