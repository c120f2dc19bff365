"""As above: exp of float32."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.array([1e30, 1.0], "f4")
    return (a,), {}


def f(a):
    return np.exp(a)
