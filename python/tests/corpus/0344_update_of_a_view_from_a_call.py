# An in-place update of what a call gave keeps the object: it may be a view (np.linspace's is).
import numpy as np


def make(turn):
    return (np.arange(3.0 + turn),), {}


def f(a):
    x = np.linspace(1.0, a.size)
    x += x
    y = np.vander(a)
    y *= 2.0
    return x, y
