# What was an object becomes None, which a branch tells from it.
import types

import numpy as np


def make(turn):
    return (np.arange(5.0), types.SimpleNamespace() if turn < 2 else None), {}


def f(a, box):
    if box is None:
        return a - 1
    return a * a + 2
