import numpy as np

NATIVE = False


def make(turn):
    return (np.arange(3.0) + turn,), {}


def f(a):
    for i in range(len(a)):
        y = a[i] * 2.0
        pair = [y, y]
    return pair, pair[0] is y
