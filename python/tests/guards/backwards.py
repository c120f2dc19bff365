# NumPy's loop takes another way through memory that runs backwards.
import numpy as np


def make(turn):
    a = np.random.default_rng(1).normal(size=1001).astype("f4") * 3
    return (a if turn < 2 else a[::-1],), {}


def f(a):
    x = np.exp(a) * 2
    return x, np.sin(a) + 1, np.tanh(a) * 3, np.log1p(a * a) * 2
