"""Facts of an array that is used for nothing else need its guard."""

import numpy as np


def make(turn):
    a = np.ones((2, 4))
    b = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    if turn == 2:
        a = np.ones(3, "f4")
    return (a, b), {}


def f(a, b):
    x = np.maximum(2.0, b)
    return a.ndim, a.shape, a.size, a.dtype, len(a), x
