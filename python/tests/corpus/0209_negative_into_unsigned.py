# Numba: a negative number goes into unsigned elements.
import numpy as np


def make(turn):
    return (np.arange(5, dtype="u1"), (3, 4, -1, 256)[turn]), {}


def f(a, n):
    x = a + 1
    x = x * 2
    a[2] = n
    return x, a
