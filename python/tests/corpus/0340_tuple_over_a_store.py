# A tuple that a variable holds is made between a store and the next statement.
import numpy as np


def make(turn):
    return (np.arange(4.0), np.ones(4)), {}


def f(a, b):
    t = (a, (b, turns := 2.0))
    a[0] = 1.0
    c = b * turns
    return t, c, np.add(a, c, out=a)
