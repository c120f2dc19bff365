import numpy as np


def make(turn):
    return (np.array([4, 5]),), {}


def f(a):
    xs = True
    for i in range(len(a)):
        xs += a[i]
    return xs, (xs, xs)
