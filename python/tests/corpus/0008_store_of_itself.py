"""The second call brings other types."""

import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    b = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    if turn == 2:
        a = np.array("f8")
    return (a, b), {}


def f(a, b):
    b += b
    a[:] = a
    return a * b
