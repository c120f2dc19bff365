"""As above, with reports."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([0.0, -0.0, np.inf, np.nan])
    return (a,), {}


def f(a):
    return a - a, a * 0, a / a
