# The store fails, and the array stays as it was.
import numpy as np


def make(turn):
    a = np.arange(6.0)
    a.flags.writeable = turn < 2
    return (a, np.ones(6)), {}


def f(a, b):
    a += b
    a[1:] *= b[1:]
    return a
