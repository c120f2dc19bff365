import numpy as np


def make(turn):
    return (np.arange(6.0) + turn, 4 + turn % 2), {}


def f(a, n):
    # Rows of a list are objects: what is stored into one shows wherever it is held.
    rows = [[0.0] * 2] * n
    others = []
    for k in range(n):
        others.append([0, k])
    for i in range(n):
        row = others[i]
        row.append(rows[0])
        rows[i][i % 2] += i
        others[i - 1][0] = i
    return rows, row, rows[0] is rows[-1], others[0][0]
