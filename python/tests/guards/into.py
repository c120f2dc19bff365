import numpy as np


def make(turn):
    return (np.zeros(6), np.arange(6.0 if turn < 2 else 4.0)), {}


def f(a, b):
    a[:] = b * 2.0 + 1.0
    return a
