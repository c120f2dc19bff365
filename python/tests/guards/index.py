import numpy as np


def make(turn):
    return (np.arange(12.0).reshape(4, 3), 2 if turn < 2 else 9), {}


def f(a, i):
    row = a[i] * 2.0
    return row + 1.0
