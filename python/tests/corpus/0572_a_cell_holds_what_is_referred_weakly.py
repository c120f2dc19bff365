# ruff: noqa: F841
import weakref

import numpy as np

GONE = np.zeros(1)


def gone(r):
    GONE[0] += 1


def make(turn):
    return (1, np.array([])), {}


def f(a, b):
    # Where x gets another value only a run that has read the first one from its cell still holds that.
    x = b > a
    r = weakref.ref(x, gone)
    x = x % a
    x = a * GONE

    def g(*, k=0.5):
        return x

    return x
