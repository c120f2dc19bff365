"""Numbers that the type cannot hold."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.arange(3)
    return (a,), {}


def f(a):
    x = a + 1
    return x, a < 2**70, a == 2**70
