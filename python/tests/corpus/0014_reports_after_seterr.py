"""A state that was changed and restored is the default again."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    old = np.seterr(over="raise")
    np.seterr(**old)
    x = a * 2
    return x + 1
