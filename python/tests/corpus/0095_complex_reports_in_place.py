"""What arithmetic of complex numbers reports is seen where they are updated, too."""

import numpy as np

NATIVE = False  # every call reports


def make(turn):
    return (np.array([np.inf, 1.0], "c8"), np.arange(4.0) * 1j), {}


def f(a, b):
    b += 1
    a -= a
    return a, b
