import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a, k=None):
    if k is None:
        k = a * 2
    return k + a, k
