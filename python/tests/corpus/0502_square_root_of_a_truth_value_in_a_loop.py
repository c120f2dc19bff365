import numpy as np


def make(turn):
    return (3,), {}


def f(n):
    s = 0.0
    for i in range(n):
        s += np.sqrt(i > 1)
        s = s + np.sqrt(i) + np.sqrt(i * 0.5) + np.sqrt(np.float32(i))
    return s
