# Numba: variables that were never bound are zero.
import numpy as np


def make(turn):
    return (np.arange(4.0), (2, 1, 0, 0)[turn]), {}


def f(a, n):
    x = a * 2.0
    for _ in range(n):
        y = x + 1.0
    return y - a
