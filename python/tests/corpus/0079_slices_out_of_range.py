import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    return a[10:] + 1, a[-100:2] * 2, a[3:1] + a[:0], a[::-2] + 1, a[None, :, None] * 2, a[..., -1] + a
