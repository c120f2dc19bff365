import numpy as np


def make(turn):
    a = np.array([5e-324, 1e-310, 2.3e-308])
    b = np.array([1e-45, 1e-40], "f4")
    return (a, b), {}


def f(a, b):
    return a * 1, a + a, a / 2, b * 1, b + b, b * 0.5, abs(-a), a.sum()
