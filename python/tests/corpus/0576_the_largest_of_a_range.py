import numpy as np


def make(turn):
    return (np.arange(4.0), turn + 3), {}


def f(a, n):
    # The bounds of the range were taken for numbers to choose from.
    s = 0
    for k in range(3):
        s += max(range(n)) * a[k] + min(range(n, 1, -1))
    return s
