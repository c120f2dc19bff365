"""What is stored into slices without elements is computed, and reports, all the same."""

import numpy as np


def make(turn):
    a = np.arange(4.0)
    if turn == 2:
        a = a * 1e200
    return (a, np.zeros((3, 4)), np.arange(3)), {}


def f(a, u, i):
    u[2:1:2] = a * a
    u[5:] += np.exp(a[:1] / 1e200)
    i[3:] = a[:1]
    u[:, 4:] *= a[1]
    a[2:2] = 3.5
    return u, i + a[0]
