# Some of NumPy's functions that store do not make bools of ints; in loops they raise, too.
import numpy as np


def make(turn):
    return (np.array([1, 0, 2]).astype((bool, "i4", "f4")[turn % 3]), 7), {}


def f(a, n):
    told = []
    for i in range(2):
        try:
            np.copyto(a, n + i, where=a < 2)
            a.fill(n)
            np.putmask(a, a > 1, n)
            np.place(a, a > 1, n)
            np.put(a, [0], n)
        except TypeError as error:
            told.append(str(error))
    return a, told
