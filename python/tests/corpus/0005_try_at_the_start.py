"""A handler that begins with the function."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    try:
        x = a * 2
    except Exception as error:
        print(error)
    return x + 1
