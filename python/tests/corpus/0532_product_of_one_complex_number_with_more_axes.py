import numpy as np


def make(turn):
    rng = np.random.default_rng(turn)
    n = 1 if turn % 2 else 3
    x = rng.standard_normal((n, 1)) + 1j * rng.standard_normal((n, 1))
    return (x, x[0] * (0.3 - 1.1j), x.astype("c8")), {}


def f(x, y, z):
    # NumPy's iterator goes over axes of one element with a step of 0: its loop rounds otherwise then.
    first = (x + 1) * y - 1
    second = x * z + 0
    return first, second, (x * (y + 2)) ** 2
