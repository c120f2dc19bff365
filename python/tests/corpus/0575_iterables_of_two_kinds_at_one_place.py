import numpy as np


def make(turn):
    return (np.array([1.0, 2.0, 3.0]) + turn,), {}


def f(a):
    # Which of the two it is was not told apart where both ways meet.
    s = 0.0
    for n in range(4):
        for t in enumerate(zip(a) if a[n % 2] > 1.5 else enumerate(a)):
            s += t[1][-1]
            s *= len(t[1])
    return s
