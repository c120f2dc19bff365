import numpy as np


def make(turn):
    return (np.linspace(-1.0, 2.0, 5), np.ones(5) * turn), {}


def f(a, b):
    for _ in range(3):
        np.maximum(a, b, a)
        np.minimum(a, 2, out=b)
        np.add(a, b, b)
    return a, b
