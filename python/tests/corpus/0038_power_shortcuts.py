"""**0.5 is the square root, **2 the square; inf and -0.0 tell."""

import numpy as np


def make(turn):
    a = np.array([4.0, np.inf, 1e-300, 0.1])
    return (a,), {}


def f(a):
    return a**0.5, a**2, a**-1, a**2.0, a**3, a**1, a**0
