# Numba: round() of floats away from zero.
import numpy as np


def make(turn):
    return (np.array([0.5, 1.5, 2.5, -0.5, -2.5, 0.15]),), {}


def f(a):
    return np.round(a) * 1.0, np.rint(a) + 0.0, np.round(a * 1.0, 1), a.round(1)
