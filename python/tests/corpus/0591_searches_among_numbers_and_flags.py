import numpy as np


def make(turn):
    return (np.arange(4.0) + turn, turn % 3, turn % 2 == 0, (1, turn % 2), [turn, 7]), {}


def f(a, axis, flag, among, more, kind="text"):
    # Numbers and flags that enter the function are sought among others: True is 1, and no text.
    r = a * 2.0 + 1.0
    if axis not in (0, 1):
        r = r - 1.0
    if flag in ("all", "none"):
        r = r * 7.0
    if flag in (1, kind):
        r = r + 3.0
    if axis in among:
        r = r * 2.0
    if axis in more or None in among:
        r = -r
    return r, axis in among, flag in among, kind in ("text", 1), 1 in (flag, kind)
