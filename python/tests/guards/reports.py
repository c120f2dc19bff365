import numpy as np


def make(turn):
    return (np.arange(5.0) + (turn < 2), np.ones(5)), {}


def f(a, b):
    return b / a + 1.0
