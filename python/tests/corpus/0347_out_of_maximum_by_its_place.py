# NumPy reports it for these two ufuncs: it is left to Python.
import numpy as np


def make(turn):
    return (np.arange(4.0), np.ones(4)), {}


def f(a, b):
    x = a * 2.0
    np.maximum(a, b, x)
    np.add(a, b, b)
    return x, b
