import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    x = a * 2
    a[0] = 50
    y = x[1:] + a
    a[1] = 60
    return y
