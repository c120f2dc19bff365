import numpy as np


def make(turn):
    a = np.arange(5.0) + turn
    return (a, a if turn % 2 else a.copy(), np.random), {}


def f(a, b, m):
    # Whether two arrays are one is seen when the function runs.
    c = a * 2.0 + 1.0
    r = c - b
    if a is b:
        r = r * 3.0
    d = np.require(a, requirements="C")
    if d is not a:
        r = r + 1.0
    if m is np.random:
        r = r - 0.5
    return r, c is a, d is b
