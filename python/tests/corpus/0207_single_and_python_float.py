# Numba: float32 with a Python float is float64.
import numpy as np


def make(turn):
    return (np.linspace(0.1, 0.9, 7, dtype="f4"), 0.1), {}


def f(a, s):
    return a * s + 0.3, a / s - a
