# Numba: shapes of arrays are of machine integers.
import numpy as np


def make(turn):
    return (np.ones((3, 4)),), {}


def f(a):
    x = a * 2.0
    return x.shape, x.size, len(x), x.ndim, x.shape[0] * 2**70
