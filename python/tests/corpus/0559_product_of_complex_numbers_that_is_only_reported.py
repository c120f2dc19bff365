# A product that nobody uses is reported all the same.
import numpy as np


def make(turn):
    return (np.array([1.5, np.inf if turn > 1 else 2.0, 3.0]),), {}


def f(a):
    b = a * 1j
    _c = np.negative(b * (2 + 1j))
    a = a + 0j
    return a * 2
