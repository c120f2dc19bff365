# NumPy reports the conversion, at the line of the call: it is left to Python.
import numpy as np


def make(turn):
    return (np.zeros(3), np.array([-2147483648, 1], "i4")), {}


def f(a, b):
    x = 1
    y = np.subtract(x, a)
    np.add.at(b, [0], -1.5)
    return y
