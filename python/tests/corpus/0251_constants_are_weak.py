# numexpr: constants make float32 double.
import numpy as np


def make(turn):
    return (np.linspace(0.1, 3.3, 9, dtype="f4"), np.arange(9, dtype="i2")), {}


def f(a, b):
    return a * 2.5 + 1, b * 3, b + 2.5, a * 10**3, b / 2, b // 2
