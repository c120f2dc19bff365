"""Raises."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.arange(3, dtype="i4")
    return (a,), {}


def f(a):
    x = a * 2
    return x + 2**40
