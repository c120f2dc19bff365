"""The smallest integer by -1 is reported by a flag that is raised in software."""

import numpy as np

NATIVE = False


def make(turn):
    a = np.full(3, -(2**63))
    b = np.full(3, -1)
    return (a, b), {}


def f(a, b):
    return a // b
