# torch.compile: `is` was decided at compile time.
import numpy as np


def make(turn):
    a = np.arange(4.0)
    return (a, (a, a.copy())[turn % 2]), {}


def f(a, b):
    x = a * 2.0
    if a is b:
        return x
    return x + b
