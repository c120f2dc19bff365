"""Raises."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.broadcast_to(np.ones(3), (3,))
    return (a,), {}


def f(a):
    x = a + 1
    a += x
    return a
