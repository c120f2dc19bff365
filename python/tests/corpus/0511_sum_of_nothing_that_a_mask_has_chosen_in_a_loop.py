import numpy as np


def make(turn):
    return (np.linspace(-1.0, 2.0, 7) + turn, 4), {}


def f(a, n):
    total = 0.0
    for i in range(n):
        chosen = a[a > i]
        total += chosen.sum() + chosen.any()
        a[a < i - 1] *= -0.5
    return total, chosen, a
