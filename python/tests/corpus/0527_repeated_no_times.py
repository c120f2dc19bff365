# A quotient whose axis of one element meets one of none: NumPy computes it, and warns.
import numpy as np


def make(turn):
    return (np.array([1.0]), np.zeros((4, 2))[:, ::2]), {}


def f(b, x):
    y = b / x != np.diff(b)
    i = 0
    for k in range(3):
        i += k
    return y, i
