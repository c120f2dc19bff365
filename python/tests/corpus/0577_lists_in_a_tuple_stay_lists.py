import numpy as np


def make(turn):
    return (np.arange(1.0, 5.0), turn), {}


def f(a, n):
    # They were tuples in the tuple that was handed over, and items that were gone through.
    s, last = 0.0, None
    for k in range(3):
        t = k, [0.5, n * 1.0]
        for p in ([1.5, 2.5], [2.5, 3.5 * n]):
            p.append(1.0)
            s += p[0] * p[1] * a[k]
            last = p
    return s, t, last
