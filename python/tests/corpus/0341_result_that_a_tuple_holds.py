# The array that is updated is a result of a call, and an item of the tuple that the call gave.
import numpy as np


def make(turn):
    return (np.array([1.5, -2.25, 3.0]), np.array([0, 2, 2])), {}


def f(a, i):
    parts = np.modf(a)
    whole = parts[1]
    whole += 1.0
    whole[i] += 10.0
    parts[0][0] = 7.0
    return parts[0] * 2.0, parts[1], whole
