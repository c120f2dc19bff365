"""Python's complex computes with float64, a subclass of float, and gives Python objects."""

import numpy as np


def make(turn):
    return (np.linspace(0.0, 9.0, 66), turn + 0.5), {}


def f(a, k):
    w = a * 2 + 1j
    x = 1j != a[9]  # noqa: SIM300
    y = 1j + a[3]
    z = a[3] + 1j
    return w, x, y, z, y * k
