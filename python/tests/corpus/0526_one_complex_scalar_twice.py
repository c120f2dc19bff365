# A NumPy complex scalar that two places hold is one object; behind a loop each got its own.
import numpy as np


def make(turn):
    return (np.arange(3.0) + (1j if turn % 2 else 1),), {}


def f(a):
    x = np.complex64(1j)
    y = np.complex128(a[1])
    total = 0.0
    for i in range(3):
        total += i
    return (x, x), x, y, (y, total)
