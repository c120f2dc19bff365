import numpy as np


def make(turn):
    return (np.arange(4.0) + turn, np.arange(4.0)), {}


def f(a, b):
    # The sum had not been computed when the first item was looked at, and the compiler failed.
    s = tuple(map(np.negative, (a, b, a + b)))
    for _ in range(3):
        a = a + sum(map(np.sum, (a, b, a + b)))
    return s, a
