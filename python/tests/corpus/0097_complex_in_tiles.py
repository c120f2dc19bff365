"""Tiles of gathered memory have room for the widest elements: complex128 over steps and backwards."""

import numpy as np


def make(turn):
    z = (np.linspace(0.1, 1.0, 3000) - 2j)[: 600 + 700 * turn]
    return (np.repeat(z, 2)[::2], np.repeat(z * 1j, 3)[::3], z[::-1], (z + 1)[::-1]), {}


def f(a, b, c, d):
    backwards = c * d
    total = (np.abs(a) + np.abs(b)).sum()
    return backwards, total, np.abs(a * b).sum(), np.exp(c) * d + a[::-1]
