"""- of bools raises."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([True, False])
    return (a,), {}


def f(a):
    x = a + 1
    return x, -a
