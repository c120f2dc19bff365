import numpy as np


def make(turn):
    a = np.zeros(0)
    b = np.zeros((0, 3))
    return (a, b), {}


def f(a, b):
    return a.sum(), (a + 1).sum(), b.sum(axis=0), b.sum(axis=1), (b * 2).max(axis=1)
