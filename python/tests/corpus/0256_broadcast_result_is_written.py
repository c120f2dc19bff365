# torch.compile: a broadcast array was written as if it had memory of its own.
import numpy as np


def make(turn):
    return (np.arange(3.0),), {}


def f(a):
    x = np.broadcast_to(a, (2, 3))
    y = x * 2.0
    y[0] = 7.0
    x[0] = 1.0
    return y
