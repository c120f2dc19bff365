# Which way is taken depends on lengths.
import numpy as np


def make(turn):
    return (np.arange(6.0 if turn < 2 else 8.0),), {}


def f(a):
    x = a * 2.0
    if len(x) > 6:
        x = x - a
    return x + 1.0
