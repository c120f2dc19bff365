import numpy as np

NATIVE = False


def make(turn):
    a = np.resize(np.array([0.1, 1e16, -1e16, 0.3]), (37, 41))
    return (a,), {}


def f(a):
    return (
        a.T.sum(),
        (a.T + 1).sum(),
        a[::2, ::3].sum(),
        (a[::-1] * 1).sum(),
        np.mean(a.T),
        (a.T * 2).sum(axis=0),
    )
