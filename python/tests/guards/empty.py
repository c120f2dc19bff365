# The value is computed, and reported, though nothing of it is stored.
import numpy as np


def make(turn):
    return (np.ones(3 if turn < 2 else 0), np.array([1e308])), {}


def f(a, b):
    a[:] = b * (10.0 if len(a) == 0 else 1.0)
    return a
