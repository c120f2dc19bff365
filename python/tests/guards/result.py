# An int has no limit.
import numpy as np


def make(turn):
    return (np.arange(6.0), np.array([3.0, 5.0 if turn < 2 else 1e30])), {}


def f(a, b):
    n = int(b.max())
    return a * n + a
