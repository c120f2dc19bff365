"""A sum over elements that repeat is no single run through memory."""

import numpy as np

NATIVE = False


def make(turn):
    x = np.random.default_rng(turn).normal(size=(37, 1))
    return (np.broadcast_to(x, (37, 31)),), {}


def f(a):
    return a.sum(), (a * 3.0).sum(), a.T.sum(), (a.T * 3.0).sum()
