# The result would have more axes than the array it is stored into, which is an error of NumPy's.
import numpy as np


def make(turn):
    return (np.arange(3.0), np.ones((3, 3))), {}


def f(a, b):
    x = a * 2.0
    np.multiply(x, b, out=x, where=x < b)
    return x
