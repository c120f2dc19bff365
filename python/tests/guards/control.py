# Another rounding mode.
import ctypes

import numpy as np

NATIVE_TURNS = 2
UPWARD, NEAREST = 0x800, 0
fesetround = ctypes.CDLL(None).fesetround


def make(turn):
    if turn > 1:
        fesetround(UPWARD)
    return (np.arange(1.0, 7.0),), {}


def f(a):
    b = a / 3.0
    c = b + a * 0.1
    fesetround(NEAREST)
    return c
