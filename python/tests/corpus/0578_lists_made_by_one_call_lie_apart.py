import numpy as np


def make(turn):
    return (np.arange(1.0, 5.0), turn), {}


def grown(p, q):
    p.append(1.0)
    q.append(2.0)
    return p, q


def f(a, n):
    # The second list lay in the memory of the first, which nothing held yet.
    s = 0.0
    for k in range(3):
        t = ([1.5, 2.5], [2.5, 3.5 * n], [0.5, 1.0])
        u, v = grown([1.5, 2.5], [2.5, 3.5 * n])
        s += u[0] * v[0] * len(u) * a[k] + t[0][0]
    return s, u, v, t
