# Rows of the target lie in each other.
import numpy as np


def make(turn):
    a = np.ones((3, 400))
    if turn > 1:
        a = np.lib.stride_tricks.as_strided(np.ones(402), (3, 400), (8, 8))
    return (a, np.random.default_rng(1).normal(size=(3, 400))), {}


def f(a, b):
    a += b
    return a
