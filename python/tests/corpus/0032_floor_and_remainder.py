"""Floor, not truncation; the sign of the divisor."""

import numpy as np


def make(turn):
    a = np.array([-7, 7, -7, 7, 0])
    b = np.array([2, -2, -2, 2, 5])
    c = np.array([-7.5, 7.5, -0.0, 0.0, 1e308])
    return (a, b, c), {}


def f(a, b, c):
    return a // b, a % b, c // b, c % b, c // 2, c % -2, a // 3, a % -3
