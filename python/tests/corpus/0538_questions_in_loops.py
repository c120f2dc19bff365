# Questions in loops that are answered when compiling: types, limits, conversions to what is there.
import numpy as np


def total(x):
    x = np.asarray(x)
    if not isinstance(x, np.ndarray) or np.ndim(x) != 1:
        return -1.0
    s = 0.0
    for v in x:
        if isinstance(v, np.floating):
            s += v
    return s


def make(turn):
    return (np.arange(12.0).reshape(3, 4).astype((float, "f4", int)[turn % 3]),), {}


def f(m):
    s, n, x = 0.0, 0, 1.0
    for row in m:
        s += total(row) + total(row * 2)
        if np.issubdtype(row.dtype, np.floating):
            s += np.finfo(np.float64).eps
        if np.iscomplexobj(row) or not hasattr(row, "shape"):
            s = -1.0
        if callable(total) and np.isscalar(s):
            n += np.iinfo(np.int8).max
    while x > np.finfo(np.float32).eps * 4:
        x /= 2
        n += 1
    return s, n, x, total(m)
