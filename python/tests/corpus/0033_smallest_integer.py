"""Its negative and its absolute value are itself."""

import numpy as np


def make(turn):
    a = np.array([-(2**63), 5])
    b = np.array([-(2**31), 5], "i4")
    return (a, b), {}


def f(a, b):
    return -a, abs(a), np.abs(b), -b, a * -1, b - 1, a - 1, np.square(b)
