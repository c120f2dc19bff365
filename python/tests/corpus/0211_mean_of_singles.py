# Numba: sums of float32 one after the other.
import numpy as np


def make(turn):
    return (np.random.default_rng(turn).normal(size=5001).astype("f4") + 100,), {}


def f(a):
    x = a * a
    return x.sum(), x.mean(), x.std(), (a - x).sum()
