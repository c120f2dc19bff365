# The call that is inlined is one too many.
import sys

import numpy as np


def half(a):
    return a * 0.5


LEFT = 0


def down(a, n):
    global LEFT
    LEFT = n  # nothing inlines what does so
    return down(a, n - 1) if n else f(a, 0)


def make(turn):
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    near = sys.getrecursionlimit() - depth
    return (np.arange(3.0), 0 if turn < 2 else near - turn), {}


def f(a, n):
    if n:  # a comparison may count as a call
        return down(a, n)
    return half(a) + a * a
