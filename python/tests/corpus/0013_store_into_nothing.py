"""One value into an empty slice is computed all the same."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([2.0])
    return (a,), {}


def f(a):
    x = a - a
    a[1:2:2] = 2.0 / x
    return a
