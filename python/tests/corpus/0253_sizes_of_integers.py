# JAX: integers of 32 bits.
import numpy as np


def make(turn):
    return (np.array([2**31 - 1, -(2**31)]), 2**40), {}


def f(a, n):
    return a + 1, a * n, (a - 1) * 2, np.arange(3) * n
