# Numba: maximum and argmax pass over NaN, or stop at the first.
import numpy as np


def make(turn):
    a = np.array([1.0, np.nan, 3.0, -1.0])
    return (np.roll(a, turn), np.arange(4.0)), {}


def f(a, b):
    x = a * 2.0
    return x.max(), x.min(), x.argmax(), np.maximum(x, b), np.fmax(x, b), np.sort(x)
