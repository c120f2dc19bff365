import weakref

import numpy as np

TURNS = 8


def make(turn):
    return (np.arange(5.0), turn), {}


def f(a, turn):
    u, v = a + 1.0, a + 2.0
    r = weakref.ref(u, lambda _: a.fill(7.0)) if turn > 2 else None
    for _ in range(3):
        w = u * 2.0 + a
        u, v = v, w
        w = v * a
    return u, v, w, r is None
