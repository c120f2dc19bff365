import numpy as np


def make(turn):
    return (3, np.array([1.5, 2.5, 0.5])), {}


def f(a, b):
    x = np.abs
    i = 0
    while i < 2:
        x = b[-1] > ~3
        i += 1
    x = x - b**1
    return x * 2 + b
