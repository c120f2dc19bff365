"""A result's view keeps the result alive and shares it."""

import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    x = a * 2
    y = x[::-1]
    x += 1
    return y, x, x.T, x[1:3]
