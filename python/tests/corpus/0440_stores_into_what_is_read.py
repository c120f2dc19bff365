# Elements are stored into that other elements of the value are still computed from.
import numpy as np


def sets():
    whole = np.arange(20.0)
    return [
        (np.arange(9.0), np.linspace(1.0, 2.0, 7), np.arange(1.0, 37.0).reshape(6, 6)),
        (np.arange(9.0, dtype="f4"), np.linspace(1.0, 2.0, 7), np.arange(36.0).reshape(6, 6)),
        (whole[:9], whole[5:12], np.arange(1.0, 37.0).reshape(6, 6).T),
        (np.arange(9), np.ones(3, "i4"), np.arange(1.0, 37).reshape(6, 6)),
        (np.full(9, 1e308), np.full(4, 1e200), np.full((3, 3), -1e308)),
        (np.zeros(0), np.zeros(1), np.zeros((2, 2))),
    ]


def make(turn):
    return sets()[turn % 6], {}


def f(a, b, m):
    b[1:] += b[:-1]
    b[::-1] *= b + 1
    m[1:-1, 1:-1] = m[2:, 1:-1] + m[:-2, 1:-1] - m[1:-1, 2:] / m[1:-1, :-2]
    m[:, 1:] = m[:, :-1]
    m[...] = m.T
    np.add(a[:-1], a[1:], out=a[1:])
    m[0] = m[:, 0] * 2.0
    m += m[0]
    a[1:-1] = (a[2:] + a[:-2]) * 0.5
    return a, b, m
