# A view in a variable that nothing reads keeps its array alive: the reference ends before that does.
import weakref

import numpy as np

GONE = np.zeros(1)


def gone(reference):
    GONE[0] += 1


def make(turn):
    return (np.arange(40.0),), {}


def f(a):
    x = a / 3.0
    r = weakref.ref(x, gone)  # noqa: F841
    v = x[2:9:2]  # noqa: F841
    w = x.reshape(4, -1).T  # noqa: F841
    y = x * 2.0 + 1.0
    return y
