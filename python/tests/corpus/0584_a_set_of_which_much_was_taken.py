import numpy as np


def make(turn):
    return (np.arange(3.0), 40 + turn * 7), {}


def f(a, n):
    # In which order a set is gone over depends on all that has been in it.
    s, d = set(), {}
    for i in range(n):
        s.add(i * 37 % 64)
        d[i * 5 % 23] = i
        if i % 3 == 0:
            s.discard(i * 11 % 64)
            d.pop(i % 23, 0)
    return list(s), list(d.items())
