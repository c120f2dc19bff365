# NumPy adds up in pieces of its buffers' length.
import numpy as np

NATIVE_TURNS = 2


def make(turn):
    np.setbufsize(1024 if turn > 1 else 8192)
    return (np.random.default_rng(1).normal(size=5000),), {}


def f(a):
    s = (a * a).sum()
    t = s * 2.0
    np.setbufsize(8192)
    return s, t
