"""A NumPy scalar that signed elements do not hold is refused; arrays are converted."""

import numpy as np


def make(turn):
    v = np.array([300, -1, 2**40])[turn % 3]
    return (np.zeros(3, "i1"), np.zeros(3, "i4"), np.zeros(3, "u1"), v, np.array([300.5, 1.0])), {}


def f(a, b, c, v, w):
    c[1] = v
    a[1:] = w[:1].astype("i8")
    b[0] = w[1]
    b[1:] = v
    a[0] = v
    return a, b, c
