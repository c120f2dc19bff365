import numpy as np


def make(turn):
    return (np.arange(6, dtype="u1"), 3 if turn < 2 else 300), {}


def f(a, n):
    return a * 2 + n
