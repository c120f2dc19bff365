import numpy as np

NATIVE = False


def make(turn):
    return (np.arange(3.0) + turn, np.float64(turn + 0.5)), {}


def f(a, x):
    # The list holds the very object that was passed.
    xs, d = [], {}
    for i in range(len(a)):
        xs.append(x)
        d[i] = x
    return xs, d, xs[0] is x, d[1] is x
