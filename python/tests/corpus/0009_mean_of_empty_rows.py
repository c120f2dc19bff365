"""A mean over no elements warns although the result is empty."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.resize([], (0,))
    return (a,), {}


def f(a):
    x = a + a[2::2, None]
    return np.mean(x, axis=1)
