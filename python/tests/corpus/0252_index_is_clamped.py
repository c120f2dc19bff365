# JAX: indices out of range are clamped.
import numpy as np


def make(turn):
    return (np.arange(5.0), np.array([0, 2, (4, 4, 5, -6)[turn]])), {}


def f(a, i):
    x = a * 2.0
    return x[i] + 1.0, np.take(a, i) * 2.0
