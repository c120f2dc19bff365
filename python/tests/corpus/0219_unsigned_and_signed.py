# Numba: uint64 with int64 is an integer, or a float.
import numpy as np


def make(turn):
    return (np.array([2**63, 5], "u8"), np.array([-1, 3], "i8")), {}


def f(a, b):
    x = a * 2 + a
    y = b * 3 - b
    return x + y, x > y, a * b, a == b, x, y
