# NumPy's loops over float16 take another code path where elements lie apart: one of 1,500 sines differed.
import numpy as np

NATIVE = False


def make(turn):
    return ([2.0], np.resize(np.array([0.317], "f2"), (3000,))[::2]), {}


def f(a, b):
    x = a * b
    np.cumsum(x, out=x)
    b -= x
    return np.sin(b)
