import numpy as np


def make(turn):
    rng = np.random.default_rng(turn)
    n = (100, 20000, 40000)[turn % 3]
    x, y = (rng.standard_normal(n) + 1j * rng.standard_normal(n) for _ in range(2))
    return (x, y) if turn % 2 else (x.astype("c8"), y.astype("c8")), {}


def f(x, y):
    # NumPy computes large results into operands that nobody else has, into the right one the other way
    # round: x * (y + 1) is (y + 1) * x, which its loop may round otherwise.
    first = x * (y + 1) - 2
    second = (0.3 - 1.7j) * (x - y)
    for i in range(2):
        second = x * (second + i)
    return first, second, (x + 1) * (y + first)
