# Nothing reads the variable again, but it holds the array that another refers to.
import weakref

import numpy as np

TURNS = 6


def make(turn):
    return (np.arange(5.0),), {}


def gone(pair):
    return pair[1]() is None


def f(a):
    t = a * 2.0
    pair = (a * 3.0, weakref.ref(t))
    u = a + 1.0
    inner = u[1:]
    other = (a * 3.0, weakref.ref(u), np.shape(inner[:]))
    x = u - 1.0
    alias = x  # noqa: F841
    third = (1, weakref.ref(x))
    x = a * a
    return gone(pair), gone(other), gone(third), x
