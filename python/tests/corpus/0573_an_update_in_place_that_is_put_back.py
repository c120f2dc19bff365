import numpy as np

TURNS = 8


def make(turn):
    rng = np.random.default_rng(turn)
    a, b = rng.standard_normal((60, 70)), rng.standard_normal((60, 70))
    long = rng.standard_normal(7000)
    if turn > 3:
        place = ((-1, -1), (30, 40), (-1, 0), (1, 1))[turn % 4]
        a[place] = b[place] = long[place[0] * 7] = 1.5e308
    return (a, b, long), {}


def f(a, b, long):
    # Where an element overflows in a later row, or far behind, the elements before it have been stored:
    # CPython finds what was there before.
    for _ in range(3):
        a[1:, 1:] += b[1:, 1:] * 0.75
        b[:, ::3] -= a[:, ::3] * -0.25
        a[:, 1] *= 1.125
        long *= 1.25
        long[::2] += long[::2] * 0.5
        a[::-1] -= b
    return a.sum() < 1
