"""A mask has exactly the shape of the array that is stored into; one row of it is an error."""

import numpy as np


def make(turn):
    a = np.arange(12.0).reshape(3, 4)
    return (a, a.T.copy().T, a > 4, (a > 4)[: 1 if turn == 2 else 3]), {}


def f(a, b, m, n):
    c = b * 2 + a
    c[m] = -1
    b[c > 8] = np.float32(0.5)
    b[::2][m[::2]] = 7
    a[n] = 3
    return c + b, c
