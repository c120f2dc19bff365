"""+ of bools is or, * is and."""

import numpy as np


def make(turn):
    a = np.array([True, False, True])
    b = np.array([True, True, False])
    return (a, b), {}


def f(a, b):
    return (
        a + b,
        a * b,
        a & b,
        a | b,
        a ^ b,
        ~a,
        a + 1,
        a * 2.5,
        a / 2,
        a.sum(),
        a.mean(),
        a > b,
        np.maximum(a, b),
    )
