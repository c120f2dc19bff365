"""The error comes where the report would."""

import numpy as np

NATIVE = False

FILTER = "error"


def make(turn):
    a = np.array([0.0, 1.0])
    return (a,), {}


def f(a):
    a += 1
    x = 1 / (a - 1)
    a += 1
    return x
