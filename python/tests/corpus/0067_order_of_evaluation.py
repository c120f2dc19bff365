import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    x = (print("one") or a) + (print("two") or a)
    x[0] = x[1] = 3
    return x
