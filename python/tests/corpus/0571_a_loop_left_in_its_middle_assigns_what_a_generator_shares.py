# ruff: noqa: F841, SIM108
import numpy as np


def make(turn):
    return ([1], np.array([0.309, 2.201, 0.496, 3.873, 3.731])), {}


def f(a, b):
    if None:
        x = b
    else:
        x = np
    total = 1.5
    other = 0.0
    for i in range(0, b.shape[0], 2):
        total += max(k for k in range(i + 2) if k != i)
        other += b[:i].sum()
    return total, other, i
