import numpy as np


def make(turn):
    a = np.array([2**63 - 1, -(2**63)])
    b = np.array([2**31 - 1, -(2**31)], "i4")
    return (a, b), {}


def f(a, b):
    return a + 1, a * 2, b + 1, b * b, a - b, (a + a).sum(), b.sum()
