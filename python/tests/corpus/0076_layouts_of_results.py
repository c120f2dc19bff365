"""The order of axes of a result follows its operands."""

import numpy as np


def make(turn):
    a = np.asfortranarray(np.ones((2, 3, 4)))
    b = np.ones((2, 3, 4))
    c = np.ones((4, 3, 2)).transpose(1, 2, 0)
    return (a, b, c), {}


def f(a, b, c):
    return (
        a + 1,
        a + b,
        b * 2,
        a * a,
        c + 1,
        c.T - 1,
        a[:, ::-1] * 2,
        b[0] + a[0],
        b[::-1] + 1,
        c * c,
        np.sqrt(c),
    )
