import numpy as np


def make(turn):
    return (np.broadcast_to(np.linspace(0.1, 2.9, 6) ** 3 + turn, (4, 6)),), {}


def f(a):
    out = np.zeros((2, 3))
    for i in range(2):
        for j in range(3):
            out[i, j] = a[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean()
    return out
