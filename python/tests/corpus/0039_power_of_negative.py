import numpy as np

NATIVE = False


def make(turn):
    a = np.array([-4.0, -np.inf, np.nan, -0.0])
    return (a,), {}


def f(a):
    return a**0.5, a**1.5, a**-2
