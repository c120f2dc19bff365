import numpy as np


def make(turn):
    low = np.array([-np.inf, -0.0, 1.1, 3.3, 2.0])
    sets = [
        (low, np.array([0.5]), np.float32(0.5)),
        (low[:1], np.array([0.5]), np.float64(0.5)),
        (np.broadcast_to(low, (2, 5)), np.array([[0.5], [2.0]]), np.float32(2)),
        (low.astype("f4"), np.broadcast_to(np.float32(0.5), 5), np.float32(-1)),
    ]
    return sets[turn], {}


def f(a, b, p):
    c = a + b * 0
    c **= b
    d = (a * 1) ** (b + 0)
    e = np.power(a * 1.0, b) + 1
    return c, d, e, (a * 1) ** p, np.power(a * 1, p + 0.25)
