import numpy as np


def make(turn):
    return (np.arange(6.0), np.ones(6 if turn < 2 else 5)), {}


def f(a, b):
    return a * b + 1.0
