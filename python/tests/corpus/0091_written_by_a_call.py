"""A call that is given an array to write into has an effect, and may not run twice."""

import numpy as np


def make(turn):
    return (np.linspace(1.0, 9.0, 6), np.linspace(0.0, 5.0, 6)), {}


def f(a, b):
    c = a * b + 1
    np.cumsum(c, out=a)
    d = c / b
    np.clip(c, 1, 9, b)
    return d + a, c / b - a.cumsum(0, None, b)
