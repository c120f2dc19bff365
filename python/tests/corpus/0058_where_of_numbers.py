import numpy as np


def make(turn):
    a = np.array([1.0, -1.0], "f4")
    b = np.array([1, 2], "i4")
    return (a, b), {}


def f(a, b):
    return (
        np.where(a > 0, 1, 0),
        np.where(a > 0, a, 0.0),
        np.where(b > 1, b, 2.5),
        np.where(a > 0, True, False),
        np.where(a > 0, b, a),
    )
