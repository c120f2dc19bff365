# ruff: noqa: SIM108
import numpy as np


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    if turn == 2:
        a = a + 10
    return (a,), {}


def f(a):
    x = a - 3
    if x.sum() > 0:
        y = np.sqrt(a)
    else:
        y = a * 2
    return y + x
