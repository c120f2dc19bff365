import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1, 0, -1])
    return (a,), {}


def f(a):
    return a / 0, a // 0, a % 0, 1 / a
