"""A local that an inner function captures is a cell."""

# ruff: noqa: E731
import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    x = np.negative(a) * 2
    g = lambda: x
    return x, g()
