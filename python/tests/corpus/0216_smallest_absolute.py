# Numba: abs of the smallest integer.
import numpy as np


def make(turn):
    return (np.array([-128, 127, 0], "i1"),), {}


def f(a):
    return abs(a), -a, abs(a) + 1, np.negative(a) * 2
