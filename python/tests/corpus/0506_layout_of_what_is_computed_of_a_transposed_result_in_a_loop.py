import numpy as np


def make(turn):
    return (np.arange(12.0).reshape(4, 3) - turn,), {}


def f(a):
    b = np.subtract(a, 0.5)
    for _ in range(3):
        x = np.minimum(1, b.T)
        y = b.T
        z = y * 2
    return x, z
