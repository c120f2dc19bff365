# Numba: sums keep the element type.
import numpy as np


def make(turn):
    return (np.full(300, 100, ("i1", "u1", "i2", "u4")[turn]),), {}


def f(a):
    x = a + a
    return x.sum(), a.sum(axis=0) * 2, x.prod(), a.mean()
