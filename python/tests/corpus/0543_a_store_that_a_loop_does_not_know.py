import numpy as np


def make(turn):
    return (np.ones(1), np.array(2.739), np.arange(3)), {}


def f(a, u, v):
    # What a nest refused was done by the interpretation in front of it, and its store was lost.
    np.less(u, u, out=u)
    i = 0
    while i < a.shape[0]:
        v += 1
        np.add(v, 1, out=v)
        i += 1
    return u, v
