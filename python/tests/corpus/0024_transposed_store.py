import numpy as np

NATIVE = False


def make(turn):
    a = np.arange(9.0).reshape(3, 3)
    return (a,), {}


def f(a):
    a += a.T
    return a
