"""Closures share code, not cells."""

import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def outer(c):
    def f(a):
        return a * c - 1

    return f


outer(3)(np.ones(5))
f = outer(2.5)
