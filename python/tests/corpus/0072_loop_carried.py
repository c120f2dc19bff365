import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    x = a * 0
    for i in range(3):
        x = x + a * i
    return x, i
