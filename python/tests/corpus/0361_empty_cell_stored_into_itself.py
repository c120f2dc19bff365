# A variable that a function shares is read before it is bound.
import numpy as np


def make(turn):
    return (np.arange(4.0),), {}


def f(a):
    b = a * a + 1
    c = c  # noqa: F821
    g = lambda: c  # noqa: E731
    c = b * 2
    return g() + b
