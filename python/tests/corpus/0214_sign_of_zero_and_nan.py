# Numba: np.sign of NaN was 0.
import numpy as np


def make(turn):
    return (np.array([0.0, -0.0, np.nan, -3.0, np.inf]),), {}


def f(a):
    x = np.sign(a)
    return x * 1.0, np.copysign(1.0, a * 1.0), np.signbit(-a)
