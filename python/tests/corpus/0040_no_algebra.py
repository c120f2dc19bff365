"""None of these may be simplified."""

import numpy as np


def make(turn):
    a = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324])
    return (a,), {}


def f(a):
    return (
        a + 0.0,
        a + 0,
        a - 0,
        a * 1,
        0.0 - a,
        -a,
        a * -1,
        a * 0.5 * 2,
        a / 3,
        a / 1,
        (a + 1e16) - 1e16,
        a == a,
        a != a,
    )
