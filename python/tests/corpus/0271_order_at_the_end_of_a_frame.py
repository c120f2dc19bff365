# Locals are freed in their order: a later one keeps the array until the weak reference is gone.
import weakref

import numpy as np

TURNS = 6
GONE = np.zeros(1)


def gone(r):
    GONE[0] += 1


def make(turn):
    return (np.arange(4.0) + 1,), {}


def f(b):
    x0 = b // 1
    r = weakref.ref(x0, gone)
    x1 = b / x0 + x0
    x2 = x0  # noqa: F841
    return x1 * 2 + (r is None)
