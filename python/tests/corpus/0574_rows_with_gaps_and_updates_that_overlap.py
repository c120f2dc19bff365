import numpy as np

TURNS = 8


def make(turn):
    rng = np.random.default_rng(turn)
    a, b = rng.standard_normal((40, 50)) + 3.0, rng.standard_normal((40, 50)) + 3.0
    c, k = rng.standard_normal((12, 13, 14)), rng.integers(1, 9, (40, 50))
    long = rng.standard_normal(7000)
    edge = (1.0, np.inf, np.nan, 1.7e308, 0.0)[turn % 5]
    for x in (a, b):
        x[0] = x[-1] = x[:, 0] = x[:, -1] = edge
    c[:, -1] = c[..., 0] = edge
    if turn > 5:
        a[20, 30] = 0.0
    return (a, b, c, k, long), {}


def f(a, b, c, k, long):
    # Rows are computed with what lies between them, which NumPy neither reads nor reports of. Long rows are
    # updated in place, unless they are read where they are stored into.
    for _ in range(3):
        a[1:-1, 1:-1] = 0.25 * (b[1:-1, 1:-1] + b[1:-1, 1:-1] / a[1:-1, 1:-1])
        b[1:-1, 1:-1] -= 0.125 * (a[1:-1, 2:-1] - a[1:-1, 1:-2])[:, :1] + a[1:-1, 1:-1]
        k[1:-1, 1:-1] = a[1:-1, 1:-1] > b[1:-1, 1:-1]
        c[1:-1, 1:-1, 1:-1] = c[2:, 1:-1, 1:-1] - c[:-2, 1:-1, 1:-1] * 0.5 + c[1:-1, 1:-1, 1:-1]
        a[::-1, 2:-2] = b[:, 2:-2] * 0.5
        long[1:] += long[:-1] * 0.25
        long[:-1] -= long[1:] * 0.25
        long[5:-5] = long[:-10] * 0.5 + long[10:] * 0.25
    return a.sum() < 1
