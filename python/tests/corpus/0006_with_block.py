"""A with block pushes values of its own."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    with np.errstate():
        x = a + 1
    return x * 2
