# A called function computes what it returns behind a store.
import numpy as np


def make(turn):
    return (np.ones((4, 2))[:: 1 - 2 * (turn % 2)], 1), {}


def moved(a, k):
    a[k] = 3.0
    return k + 1


def rest(a, k):
    a[k] = 4.0
    return a[k:]


def turned(a, k):
    a[k] += 1.0
    n = len(a)
    return a.T, n


def f(a, k):
    b = a * 2
    k = moved(a, k)
    c = rest(a, k)
    d, n = turned(c, -1)
    return a * 2, b, c, d * n, k
