import numpy as np

NATIVE = False


def make(turn):
    return (np.arange(3.0) + turn, np.float64(turn + 0.5)), {}


def f(a, x):
    xs = []
    for _ in range(len(a)):
        xs.append(x)
    return xs, xs[0] is x
