import weakref

import numpy as np

GONE = np.zeros(1)


def gone(r):
    GONE[0] += 1


def make(turn):
    return (0.5, 1.5, np.array([])), {}


def f(a, b, u, *, k=1):
    # The frame lets go of b, then of the reference, then of y: its last holder must have been b.
    x = u
    b -= x
    r = weakref
    y = b
    r = weakref.ref(y, gone)  # noqa: F841
    y = +y
