# Numba: lists are copied in, and out again at the end.
import numpy as np


def make(turn):
    return (np.arange(4.0), [1.0, 2.0]), {}


def f(a, items):
    x = a * 2.0
    items.append(x)
    y = x + 1.0
    items[0] = y
    return y
