"""A result has the memory order of its own operands, not of those computed beside it."""

import numpy as np


def make(turn):
    a = np.arange(9.0).reshape(3, 3)
    if turn % 2:
        a = a.transpose()
    u = np.full((3, 3), 2.0)
    return (a, u), {}


def f(a, u):
    x, y = (-a, 7 / u)  # noqa: F841
    return (x,)
