"""What is updated in place keeps its strides; so does a large result that NumPy
computes into an operand which nothing else refers to."""

import numpy as np


def make(turn):
    n = 4 if turn % 2 == 0 else 300
    return (np.ones((n, n)), np.full((n, n), 2.0)), {}


def f(a, b):
    t = a.T * 2.0
    t += b
    u = -(a.T * 2.0) + b
    return t, a.T * 2.0 + b, b + a.T * 2.0, b - a.T * 2.0, u, t + b
