# No int64 holds it: an array of objects, or an error.
import numpy as np


def make(turn):
    return (np.arange(6), 3 if turn < 2 else 2**70), {}


def f(a, n):
    return a * 2 + n
