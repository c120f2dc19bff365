import numpy as np


def make(turn):
    return (np.arange(1, 7, dtype="f8" if turn < 2 else "i8"),), {}


def f(a):
    return a * a + 1
