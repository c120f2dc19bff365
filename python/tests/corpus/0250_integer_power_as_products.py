# numexpr: integer powers as products.
import numpy as np


def make(turn):
    return (np.linspace(0.1, 3.3, 41), np.linspace(0.1, 3.3, 41, dtype="f4")), {}


def f(a, b):
    return a**3, a**4 + 0.0, b**3, a**-2, a**2.5, a**0.5, a**-1
