# Numba: the contents of a global array are frozen.
import numpy as np

TABLE = np.ones(4)


def make(turn):
    TABLE[turn] = 7.0
    return (np.arange(4.0),), {}


def f(a):
    x = a * TABLE
    return x + TABLE.sum()
