import numpy as np

NATIVE = False


def make(turn):
    return (np.linspace(0.5, 4.5, 5) + turn,), {}


def f(a):
    # A NumPy scalar is one object, in a list that is written down, too.
    largest, pairs = a[0], []
    for x in a:
        y = x * 2.0
        pair = [y, y]
        if x >= largest:
            largest = x
        held = [largest]
        pairs = [pair[0] is pair[1], held[0] is largest]
    return largest, held, pair, pairs
