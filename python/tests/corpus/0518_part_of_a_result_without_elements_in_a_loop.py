import numpy as np


def make(turn):
    return (np.arange(3.0 * (turn % 2)), 3), {}


def f(a, n):
    part = turned = a
    for i in range(n):
        whole = a * 2 + i
        part = whole[:2]
        turned = np.zeros((len(a), 3))[:, 1:].T
    return part, turned, part[::-1], whole
