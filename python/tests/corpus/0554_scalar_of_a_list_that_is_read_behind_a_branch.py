import numpy as np


def make(turn):
    return (np.linspace(-1.0, 3.0, 5) + turn,), {}


def f(a):
    seen, last = [], None
    for i in range(5):
        x = a[i] * 2
        if x > 0:
            seen.append(x)
        else:
            x = np.float64(0)
        last = x
    return seen, last
