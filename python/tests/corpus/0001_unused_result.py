"""A result that nothing uses still has to be computed for its reports."""

# ruff: noqa: F841
import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    x, y = 2, 2.0 / (a - a)
    return a + 1
