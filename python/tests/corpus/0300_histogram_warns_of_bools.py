# Of bools NumPy's histogram tells by warnings.warn, whose place is that of its caller.
import numpy as np


def make(turn):
    return (np.arange(9.0),), {}


def f(a):
    b = a * 2.0 + 1.0
    return np.histogram(b > 3.0)[0] * 2
