"""Of three updates in a row the second reports, or the third."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0])
    return (a, np.array([0.0, 1.0, 1e308]), 1e200 if turn % 2 else 2.0), {}


def f(a, b, s):
    a += 1
    a /= b
    a *= s
    return a
