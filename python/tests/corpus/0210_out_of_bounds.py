# Numba: an index out of bounds reads what lies there.
import numpy as np


def make(turn):
    return (np.arange(5.0), (4, -5, 5, -6)[turn]), {}


def f(a, i):
    x = a * 2.0
    return x[i] + 1.0, x
