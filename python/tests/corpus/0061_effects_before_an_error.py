"""Statements before the one that raises are done, those behind are not."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    a += 1
    print("before")
    b = a[:2] + a[:3]
    a += 100
    return b
