# Between stores into an array that only the region has there is no place to go back to.
import numpy as np

TURNS = 8


def make(turn):
    return (np.arange(1.0, 5.0), np.array([0.0 if turn % 2 else 1.0, 1.0]), np.array([0, 1, 1])), {}


def f(a, b, i):
    h = np.zeros_like(a)
    h[1:] = a[:-1]
    h[i] += a[i]
    v = h[::-1]
    h *= 2.0
    a[0] = h.sum()
    h[0] = 1.0 / b[0]
    v[1:3] /= b
    return h, v
