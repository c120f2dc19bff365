"""x **= -1 divides a literal by the array whose place the result takes."""

import numpy as np


def make(turn):
    return (np.arange(1.0, 10.0).reshape(3, 3).T,), {}


def f(u):
    x = np.abs(u)
    x **= -1
    return x, u + 1
