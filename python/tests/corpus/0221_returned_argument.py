# Numba: an array that is returned is another object.
import numpy as np


def make(turn):
    return (np.arange(4.0), np.ones(4)), {}


def f(a, b):
    x = a * b
    return a, x, a[:], (a, x)
