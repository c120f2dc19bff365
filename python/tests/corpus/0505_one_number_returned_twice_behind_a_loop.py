import numpy as np


def make(turn):
    return (np.linspace(0.1, 0.9, 5) + turn,), {}


def f(a):
    first = np.sin(a[0])
    kept = None
    for i in range(len(a)):
        x = first * a[i]
        kept = x
        y = first * a[i]
    return first, a.ndim, first, x, kept, y, x is y
