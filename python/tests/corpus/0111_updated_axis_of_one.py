"""An axis of one element keeps the stride that NumPy's reduction gave it, however
often the array is updated in place."""

import numpy as np


def make(turn):
    return (np.asfortranarray(np.arange(63.0).reshape(7, 9)),), {}


def f(a):
    x = a.sum(axis=0, keepdims=True)
    x /= 2
    y = x * 3
    x += 1
    return x, y
