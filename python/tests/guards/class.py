# A matrix multiplies as a matrix.
import numpy as np


def make(turn):
    a = np.arange(9.0).reshape(3, 3)
    return (a if turn < 2 else np.asmatrix(a),), {}


def f(a):
    return a * a + 1.0
