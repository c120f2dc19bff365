# The first result has one element only.
import numpy as np


def make(turn):
    return (np.arange(6.0)[: 6 if turn < 2 else 1], np.ones(6)), {}


def f(a, b):
    x = a * 2.0
    return x, x + b
