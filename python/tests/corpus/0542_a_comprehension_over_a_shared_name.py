# The variable of a comprehension has the name of one that a function inside shares.
# From CPython 3.12 on it stands in that variable's place, which holds a cell before and behind.
import numpy as np


def make(turn):
    return (turn, np.arange(3.0) + turn), {}


def f(a, b):
    below = b < 1.5
    listed = [k for k in range(3)]  # noqa: C416
    for k in range(2):
        some = [k + n for n in range(3)]
        shared = lambda: k  # noqa: E731, B023
    return np.sqrt(listed), below, some, shared(), np.sqrt([k * b[0] for k in (1, 2)])
