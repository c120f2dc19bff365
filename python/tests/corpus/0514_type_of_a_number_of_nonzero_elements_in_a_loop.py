import numpy as np


def make(turn):
    return (np.arange(turn + 3.0),), {}


def f(a):
    found = np.count_nonzero(a)
    for i in range(3):
        found = np.count_nonzero(a > i)
    return found, np.count_nonzero(a)
