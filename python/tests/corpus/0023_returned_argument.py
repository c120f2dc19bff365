"""The argument itself, a view of it, and a copy are three things."""

import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    return a, a[:], a[...], +a, a.T
