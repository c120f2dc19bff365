import numpy as np


def make(turn):
    return (np.arange(5.0), [0.5]), {}


def f(x, xs):
    # The sum of what is known was to be computed in front of the loop, which nobody did.
    for i in range(3):
        y = x * i
    return sum(xs), y
