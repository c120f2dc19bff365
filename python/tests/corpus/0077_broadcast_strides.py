import numpy as np


def make(turn):
    a = np.broadcast_to(np.arange(3.0), (4, 3))
    b = np.ones((4, 1))
    c = np.ones((1, 3))
    return (a, b, c), {}


def f(a, b, c):
    return a + 1, a * b, b + c, a.T * 2, b * 2, c.T + b.T
