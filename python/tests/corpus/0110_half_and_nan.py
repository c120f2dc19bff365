"""A number that is no number goes into halves as such."""

import numpy as np


def make(turn):
    k = (2.0, float("nan"), 3.0, float("-inf"))[turn % 4]
    return (np.array([2.0, 3.0], "f2"), np.array([1.0, -1.0], "f2"), k), {}


def f(a, b, k):
    a += k
    return a, b * k, b + k
