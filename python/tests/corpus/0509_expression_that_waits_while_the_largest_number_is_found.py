import numpy as np


def make(turn):
    return (np.array([1.0, 2.0]) * turn,), {}


def f(a):
    i = 0
    while i < 2:
        i += 1
    ratio, most = (a / (a + 1), max(a.max(), 1))
    both = a * 2, min(a[0], 3), a[1:] - max(2, a[1], 0.5)
    return ratio, most, both
