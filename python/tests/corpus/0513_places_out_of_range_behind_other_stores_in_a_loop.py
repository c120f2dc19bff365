import numpy as np


def make(turn):
    return (np.arange(5.0), np.array([1, 0, 3]), 4 + turn), {}


def f(a, places, n):
    seen = []
    for i in range(n):
        a[0] = i
        try:
            a[places + i] = a[places] + 1
        except IndexError as error:
            seen.append(str(error))
    return a, seen
