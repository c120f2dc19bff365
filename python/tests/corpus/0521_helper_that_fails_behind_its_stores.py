import numpy as np


def make(turn):
    return (np.arange(6.0), np.arange(6.0) - turn), {}


def shift(a, b, i):
    a[1:] += b[:-1]
    b[i] = a[i] / b[i]
    a[0] = b[i]
    return a[b.shape[0] - 1 - i]


def f(a, b):
    total = 0.0
    for i in range(6):
        total += shift(a, b, i)
    return total
