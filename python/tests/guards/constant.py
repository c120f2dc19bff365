# An argument that decides which axis is meant has another value.
import numpy as np


def make(turn):
    return (np.arange(9.0).reshape(3, 3), 0 if turn < 2 else 1), {}


def f(a, axis):
    return (a * a).sum(axis=axis)
