# Numba, C: remainders with the dividend's sign.
import numpy as np


def make(turn):
    b = np.array([2, -2, 3, -3, 7, 1])
    return (np.array([7, -7, -8, 8, 0, -1]), b, b * 1.0), {}


def f(a, b, c):
    return a // b + a % b * 100, a // c, a % c, np.fmod(a, b), np.fmod(a, c) * 1.0
