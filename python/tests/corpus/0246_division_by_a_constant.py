# XLA, numexpr: x / c as x * (1 / c).
import numpy as np


def make(turn):
    return (np.linspace(0.1, 9.7, 57), 3.0), {}


def f(a, s):
    return a / 3.0, a / 10.0, a / s, a / 0.1, a * (1.0 / 3.0)
