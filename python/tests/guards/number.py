import numpy as np


def make(turn):
    return (np.arange(6.0), 2.5 if turn < 2 else 3), {}


def f(a, x):
    return a * x + x
