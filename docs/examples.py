"""The functions that how-it-works.md follows."""

import numpy as np
from slipstream import jit


@jit
def damped(x, w):
    r = np.sqrt(x * x + 1.0)
    return np.exp(-r) * w


@jit
def logged(x, y):
    r = x * y + 1.0
    note(r)
    s = r * r - y
    return s / r


@jit
def relax(u, f, h):
    d = u[1:-1] - f
    u[1:-1] += (u[:-2] - 2.0 * u[1:-1] + u[2:]) * h
    return np.abs(d).max()


@jit
def accumulate(total, x, w):
    total += x * w
    return total


notes = []


def note(array):
    """Something with an effect that the compiler knows nothing of."""
    notes.append(array.size)
