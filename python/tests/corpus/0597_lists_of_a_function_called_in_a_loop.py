import numpy as np


def make(turn):
    return (np.arange(9.0) + turn,), {}


def spread(a, n):
    kept = []
    for i in range(n):
        kept.append(float(a[i]))
    rest = [0] * 3
    rest[1] = n
    kept.append(2.5)
    return kept, rest


def f(a):
    total = 0.0
    for n in range(1, len(a)):
        kept, rest = spread(a, n)
        for x in kept:
            total += x
        total += rest[1] * len(kept)
    return total
