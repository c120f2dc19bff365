# What is broadcast to a shape without elements is computed by NumPy all the same, which warns.
import numpy as np


def make(turn):
    return (np.ones(4), np.zeros(4), np.zeros(3 if turn == 1 else 0)), {}


def f(b, x, e):
    stored = np.zeros((len(e), 4))
    for k in range(3):
        product = np.sqrt(x[:, None] - 1) * e
        chosen = np.where((b / x)[:, None] > k, e, 0.0)
        stored[:] = b / (x - k)
    return product, chosen, stored
