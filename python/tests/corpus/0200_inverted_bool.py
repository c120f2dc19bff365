# Numba: ~True is False there; of a Python bool it is -2, of NumPy's False.
import numpy as np


def make(turn):
    flag = (True, np.bool_(True))[turn % 2]
    return (np.arange(6), flag), {}


def f(a, flag):
    x = a * 2
    return x + ~flag, ~flag
