import numpy as np


def make(turn):
    return (np.arange(1.0, 5.0), 1j + turn), {}


def doubled(x):
    return x * 2


def f(a, z):
    s = doubled(a[1])
    for x in a:
        s += x
    if s > 0:
        z = z * s
    return s, z, (a * 2 + 1) / 3
