"""Operands of logical functions are taken by their truth."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([8, 0, -1])
    return (a,), {}


def f(a):
    x = np.logical_and(a, 2)
    a &= x
    return np.logical_or(1, a), x
