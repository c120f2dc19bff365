import numpy as np


def make(turn):
    return (np.zeros((3, turn)), 2), {}


def f(a, n):
    w = np.zeros(a.shape)
    row = part = w
    for i in range(n):
        w[i] += 1
        row = w[1:, ::2]
        part = w.T[:, i]
    return w, row, part, row.base is w
