import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    x = a * 2
    y = x + 1
    del x
    return y * 2
