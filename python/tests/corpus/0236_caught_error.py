# torch.compile: what stands before an error that is caught was not done.
import numpy as np


def make(turn):
    return (np.arange(4.0), np.ones(4 - turn % 2)), {}


def f(a, b):
    a *= 2.0
    try:
        x = a + b
    except ValueError:
        x = a - 1.0
    finally:
        a += 1.0
    return x * 2.0, a
