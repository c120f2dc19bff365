"""`+=` changes what every name of the array sees, `= +` does not."""

import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    b = a
    c = a + 0
    b += 1
    a = a + 1
    return a, b, c
