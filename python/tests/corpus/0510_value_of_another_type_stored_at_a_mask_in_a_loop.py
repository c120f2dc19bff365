import numpy as np


def make(turn):
    return (np.arange(12, dtype="i2").reshape(4, 3) - 5 + turn, np.array([85, 162, 282]), 4), {}


def f(a, row, n):
    for i in range(n):
        a[a[:, 1] < 0] = row
        a[a[:, 2] > 9 + i] = row - i
    return a
