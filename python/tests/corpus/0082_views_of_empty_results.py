"""Arrays without elements have strides of 0 from birth, and so have their views."""

import numpy as np


def make(turn):
    a = np.ones((0, 3))
    b = np.ones((2, 0, 4))
    return (a, b), {}


def f(a, b):
    x = 1.5 - a
    y = b * 2
    return x.T, x[::-1], x[1:], x[None], y.T, y[:, ::2], x
