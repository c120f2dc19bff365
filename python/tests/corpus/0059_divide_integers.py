import numpy as np


def make(turn):
    a = np.array([1, -1, 3])
    b = np.array([2, 2, -4])
    return (a, b), {}


def f(a, b):
    return a / b, a / 2, 1 / b, a / 2.0, np.divide(a, b), np.reciprocal(b * 1.0)
