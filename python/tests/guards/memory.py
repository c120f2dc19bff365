# The short way reads memory as it lies.
import numpy as np


def make(turn):
    a = np.arange(12.0)
    return (a[:6] if turn < 2 else a[::2],), {}


def f(a):
    return a * a + 1.0
