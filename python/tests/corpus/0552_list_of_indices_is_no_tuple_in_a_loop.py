import numpy as np


def make(turn):
    return (np.arange(9.0).reshape(3, 3) + turn,), {}


def f(a):
    for i in range(2):
        a[[i, i + 1]] = a[[i + 1, i]]
        a[i, i + 1] += a[i + 1, i]
    return a
