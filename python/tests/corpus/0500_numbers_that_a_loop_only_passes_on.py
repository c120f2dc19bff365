import numpy as np


def make(turn):
    return (3 if turn < 2 else 2.5, (np.float64(1.5), 7.25, np.float32(2), 12345678)[turn]), {}


def f(a, b):
    x = b
    s = a
    for i in range(3):
        y = x
        s += i
    return x, y, s, (x is b, y is b, s is a)
