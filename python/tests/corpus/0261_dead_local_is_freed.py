# Nothing reads the variable again, but a weak reference tells whether it still holds the array.
import weakref

import numpy as np

TURNS = 8


def make(turn):
    return (np.arange(5.0),), {}


def f(a):
    big = a.copy()
    r = weakref.ref(big)
    x = a * 2.0
    y = x + 1.0
    big = None
    z = y * a
    alive = r() is not None
    return z, alive
