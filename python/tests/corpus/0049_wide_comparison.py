"""2**53 + 1 is not 2**53."""

import numpy as np


def make(turn):
    a = np.array([2**53 + 1, 2**53, 3])
    b = np.array([2.0**53, 2.0**53, 3.0])
    return (a, b), {}


def f(a, b):
    return a == b, a > b, a == 2**53 + 1, a < 2**53 + 2, b == 2**53 + 1
