# Their conversion warns in NumPy's own code, once.
import warnings

import numpy as np


def make(turn):
    return (np.arange(3.0), np.array([1.0, np.nan, 1e30]), np.array([1 + 2j, 2])), {}


def f(a, b, c):
    x = a * 2.0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            y = np.tile(x, b)
        except (ValueError, TypeError, OverflowError, MemoryError) as e:
            y = type(e)
        try:
            z = np.tile(x, c)
        except (ValueError, TypeError) as e:
            z = type(e)
    return x, y, z, [(str(w.message), w.lineno) for w in caught]
