"""A conversion by asarray may report: NumPy's warning names the statement."""

import numpy as np


def make(turn):
    a = np.array([1.0, np.nan if turn == 1 else 2, 3])
    return (a, np.array([1.0, 2.0, 1e300 if turn == 2 else 1])), {}


def f(a, b):
    c = a * b
    d = np.asarray(c, "i4")
    e = np.concatenate([c, b], dtype="f4")
    return d + c, e * 2
