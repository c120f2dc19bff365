"""A value is computed, and reports, even where its target has no elements."""

import numpy as np

NATIVE = False  # every call reports


def make(turn):
    return (np.full(4, 1e308), np.zeros((3, 4))), {}


def f(a, u):
    u[2:1:2] = np.exp(a)
    u[0:0] = a * 10
    return u
