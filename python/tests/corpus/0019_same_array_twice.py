import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    b = a
    return (a, b), {}


def f(a, b):
    a += b
    b += a
    return a, b
