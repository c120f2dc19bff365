import numpy as np


def make(turn):
    return (np.arange(24.0).reshape(1, 2, 3, 2, 2) - turn,), {}


def f(a):
    b = a * 2
    c = b[np.argsort(b, axis=0)]
    return c.shape, c + 1, b.sum()
