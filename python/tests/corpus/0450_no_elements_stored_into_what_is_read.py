import numpy as np


def sets():
    return [
        (np.arange(2).reshape(1, 1, 2), np.arange(5.0)),
        (np.arange(6).reshape(3, 1, 2)[:, ::-1], np.arange(9.0)[::2]),
        (np.zeros((1, 0, 2)), np.ones(1)),
        (np.ones((1, 3), "f4"), np.zeros(0)),
    ]


def make(turn):
    return sets()[turn], {}


def f(a, b):
    a[:1:-1] = a[:1]
    b[3:3] = b[:1] * 2.0
    b[9:] += b[:0]
    a[5:] = a + a
    return a + 1, b
