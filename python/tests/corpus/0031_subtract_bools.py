import numpy as np

NATIVE = False


def make(turn):
    a = np.array([True, False])
    return (a,), {}


def f(a):
    x = a | a
    return x - a
