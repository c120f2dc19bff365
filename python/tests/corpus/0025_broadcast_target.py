"""A store through a broadcast row."""

import numpy as np


def make(turn):
    a = np.zeros((3, 4))
    b = np.arange(4.0)
    return (a, b), {}


def f(a, b):
    a[:] = b
    a[1] *= 2
    a[:, 0] += 1
    return a
