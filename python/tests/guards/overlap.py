import numpy as np


def make(turn):
    a = np.linspace(1.0, 2.0, 300)
    return (a[1:], a[:-1] if turn > 1 else a[:-1].copy()), {}


def f(a, b):
    a += b
    return a * 2.0
