# Numba: a negative power of integers is a float, or 0.
import numpy as np


def make(turn):
    return (np.arange(1, 6), (2, 0, -1, -2)[turn]), {}


def f(a, n):
    x = a * 2
    return x**n
