import numpy as np

NATIVE = False


def make(turn):
    return (np.arange(3.0) + turn, np.int64(turn + 5000)), {}


def f(a, x):
    d = {}
    for i in range(len(a)):
        d[x] = i
    return d, next(iter(d)) is x
