# Without an axis a number takes the arrays' type: NumPy reports its conversion at the line of the call.
import numpy as np


def make(turn):
    return (np.ones(3, "f4"), 1e300), {}


def f(a, x):
    y = a * 2
    z = np.concatenate((y, x), axis=None)
    return y, z + 1
