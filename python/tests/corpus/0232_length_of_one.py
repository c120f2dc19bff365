# torch.compile: lengths 0 and 1 were taken for all others.
import numpy as np


def make(turn):
    return (np.arange(12.0)[: (5, 1, 0, 7)[turn]], np.ones(1)), {}


def f(a, b):
    x = a * b
    return x + 1.0, x.sum(), x * x[:1]
