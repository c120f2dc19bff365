# torch.compile: a global was written too late.
import numpy as np

COUNT = 0
LAST = None


def make(turn):
    return (np.arange(3.0),), {}


def f(a):
    global COUNT, LAST
    COUNT += 1
    x = a * COUNT
    LAST = x
    y = LAST + 1.0
    return y, COUNT
