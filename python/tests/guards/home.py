# Somebody makes another function of the code, with globals of its own.
import types

import numpy as np

SCALE = 2.0


def make(turn):
    other = types.FunctionType(f.__code__, {**globals(), "SCALE": 10.0}) if turn > 1 else None
    return (np.arange(5.0), other), {}


def f(a, other):
    if other is not None:
        return other(a, None)
    return a * SCALE + 1.0
