import numpy as np


def make(turn):
    rng = np.random.default_rng(turn)
    x = rng.standard_normal((40, 1)) + 1j * rng.standard_normal((40, 1))
    return (x if turn < 3 else x.astype("c8"), np.array([complex(np.inf, np.nan)])), {}


def f(x, y):
    found = []
    for i in range(len(x) - 1):
        z = x[i] + 1
        z *= x[i + 1]
        np.multiply(z, x[i], out=z)
        found.append(z * 2)
    y *= False
    return np.concatenate(found), y
