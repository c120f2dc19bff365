# Numba: an in-place sum of integers and floats is cut off without a word.
import numpy as np


def make(turn):
    return (np.arange(5), np.linspace(0.5, 2.5, 5)), {}


def f(a, b):
    x = b * 2.0
    a += x
    return a, x
