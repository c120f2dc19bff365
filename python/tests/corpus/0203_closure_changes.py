# Numba: what a closure holds is frozen.
import numpy as np


def outer():
    scale = 1.0

    def f(a):
        return a * scale + scale

    def set_scale(value):
        nonlocal scale
        scale = value

    return f, set_scale


f, set_scale = outer()


def make(turn):
    set_scale(float(turn + 1))
    return (np.arange(4.0),), {}
