# A list that is multiplied holds its NumPy scalars themselves again and again; loops made each anew.
import numpy as np

NATIVE = False


def make(turn):
    return (np.linspace(0.0, 1.0, 9).reshape(3, 3),), {}


def f(a):
    for i in range(4):
        xl = [a[i % 3, 0]] * i
    return xl
