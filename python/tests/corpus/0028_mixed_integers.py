import numpy as np


def make(turn):
    a = np.arange(4, dtype="i4")
    b = np.arange(4, dtype="f4")
    c = np.arange(4)
    return (a, b, c), {}


def f(a, b, c):
    return a + b, a * c, b * c, a / 2, a + 1, c / c.size, a > b
