# Arrays whose axes grow in a loop had more of them than the executor takes: a failure of the compiler.
import numpy as np


def make(turn):
    return (np.ones((2,) * (turn % 3 + 1)),), {}


def f(a):
    s = 0.0
    x = a
    for _ in range(3):
        x = np.add.outer(x, a[:1])
        b = a[None, None, None, None, None] * 2
        s += b[..., None, None].sum()
    for i in range(4):
        s += a.sum() * i
    return x.shape, s, np.zeros((1,) * 9).ndim
