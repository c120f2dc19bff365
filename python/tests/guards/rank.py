import numpy as np


def make(turn):
    return (np.arange(6.0) if turn < 2 else np.arange(6.0).reshape(2, 3),), {}


def f(a):
    x = a * a
    return x + 1.0, x
