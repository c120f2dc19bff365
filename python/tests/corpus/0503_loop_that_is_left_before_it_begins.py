import numpy as np


def make(turn):
    return (3, np.array([1.5, 2.5, 0.5])), {}


def f(a, b):
    x = lambda: a
    i = 0
    while i < 2:
        x = ~3 > b[-1]
        i += 1
    x = x - b**1
    return x * 2 + b
