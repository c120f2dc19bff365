import numpy as np


def double(v):
    return v * 2


def make(turn):
    a = np.arange(12.0).reshape(4, 3) + turn
    return (a if turn == 2 else np.asfortranarray(a),), {}


def f(a):
    kept = np.maximum(-1.5, a)
    i = 0
    while i < 2:
        x = double(a)
        i += 1
    return x, x != kept, (a + 1).T * 2
