# torch.compile: equal results became one object, one result two.
import numpy as np


def make(turn):
    return (np.arange(4.0),), {}


def f(a):
    x = a * 2.0
    y = a * 2.0
    return x, x, y, [x, y]
