# NumPy adds in float64, and reports its conversion at the line of the call.
import numpy as np


def make(turn):
    return (np.array([8], "u8"),), {}


def f(a):
    x = -a
    y = x * 2
    np.add.at(x, [0], 1)
    return x, y
