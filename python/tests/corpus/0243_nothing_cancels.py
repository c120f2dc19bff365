# Theano, XLA: x - x is 0, x / x is 1, 0 * x is 0.
import numpy as np


def make(turn):
    a = np.array([1.0, np.inf, np.nan, -0.0, 0.0])
    return (a[:1] if turn < 2 else a,), {}


def f(a):
    return a - a, a / a, 0.0 * a, a + 0.0, a * 1.0, a**1, a**0
