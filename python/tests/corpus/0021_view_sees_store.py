"""A view made before a store sees it."""

import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    v = a[1:4]
    x = v * 2
    a[:] = 7
    return v, x, v + 1
