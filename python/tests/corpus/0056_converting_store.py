"""A store converts as it can, an in-place operation only within the kind."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.zeros(3, "i4")
    b = np.array([1.9, -1.9, 1e5])
    return (a, b), {}


def f(a, b):
    a[:] = b
    a += 1
    return a * 2
