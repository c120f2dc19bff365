# Their conversion warns in NumPy's own code, once.
import numpy as np


def make(turn):
    b = np.array([1 + 2j, 2]) if turn % 2 else np.array([0.5, 1e300, 2.0])
    return (np.arange(3.0), b), {}


def f(a, b):
    x = a * 2.0
    y = np.tile(x, b)
    return x, y
