"""Counts of the width and more, and negative ones."""

import numpy as np


def make(turn):
    a = np.array([1, -1, 5, -5, 1, -1])
    b = np.array([64, 64, 63, 200, -1, -1])
    return (a, b), {}


def f(a, b):
    return a << b, a >> b, a << 2, a >> 1, 1 << b
