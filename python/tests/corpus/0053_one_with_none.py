"""An array without axes and one with."""

import numpy as np


def make(turn):
    a = np.array(2.0)
    b = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a, b), {}


def f(a, b):
    return a + b, np.maximum(b, a), a * a + b, (a + b).sum()
