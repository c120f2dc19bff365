# Numba: Python's integers wrap around at 64 bits.
import numpy as np


def make(turn):
    return (np.arange(4.0), 2**62 + turn), {}


def f(a, n):
    x = a * 2.0 + 1.0
    y = x - a
    m = n * 4 + 1
    return y, m, m // 3
