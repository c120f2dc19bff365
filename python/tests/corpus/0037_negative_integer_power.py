"""Raises."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([2, -3])
    return (a,), {}


def f(a):
    x = a * 2
    return x**-1
