import numpy as np

NATIVE = False


def make(turn):
    a = np.array([2, -3, 0, 7])
    return (a,), {}


def f(a):
    return a**2, a**3, a**0, a**1
