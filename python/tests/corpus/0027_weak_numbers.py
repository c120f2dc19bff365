"""A Python number takes the array's type, a NumPy number does not."""

import numpy as np

G = np.float64(1.5)
H = np.float32(1.5)


def make(turn):
    a = np.arange(4, dtype="f4")
    return (a,), {}


def f(a):
    return a + 1.5, a * 2, a + G, a + H, a / 3, a**2
