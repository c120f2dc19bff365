# ruff: noqa: UP031
import numpy as np


def length(x):
    message = "Expected an array, got %s" % type(x)
    if x.ndim == 0:
        raise TypeError(message)
    return len(x)


def make(turn):
    return (np.arange(5.0) if turn < 2 else np.array(1.5),), {}


def f(a):
    # What is only said in an error is not made; the error says it.
    n = length(a)
    return a * 2.0 + n * np.sqrt(a + n)
