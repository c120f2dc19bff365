# Rows of an array that nobody may write were stored over themselves without an error.
import numpy as np

NATIVE = False


def make(turn):
    return (np.broadcast_to([2.0, 3.0], (2, 2)),), {}


def f(b):
    for _ in range(len(b)):
        b[1] = b[1]
    return b
