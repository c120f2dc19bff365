# NumPy computes sizes of complex numbers otherwise where it stores them over the numbers.
import numpy as np


def make(turn):
    return (np.random.default_rng(3).normal(size=(101, 2)).view(complex)[:, 0], np.zeros(101)), {}


def f(a, b):
    for _ in range(2):
        np.abs(a, out=b)
        np.abs(a[1:], out=a.real[:-1])
        a = a + 0.5j
    return a, b
