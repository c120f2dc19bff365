import numpy as np


def make(turn):
    return (np.array(2.0),), {}


def f(a):
    x = ~(not a.size)
    return x, a * 2
