# The address is of memory that only a variable holds, which nothing reads again.
import ctypes

import numpy as np

TURNS = 6


def make(turn):
    return (np.arange(1000.0),), {}


def read(factor, address, n):
    waste = [np.zeros(n) for _ in range(3)]
    return factor * np.array((ctypes.c_double * n).from_address(address)) + waste[0]


def f(a):
    t = a * 2.0 + 1.0
    v = t[1:]
    return read(a[1:] * 3.0, v.ctypes.data, len(a) - 1)
