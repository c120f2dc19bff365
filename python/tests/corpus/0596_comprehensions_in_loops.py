import numpy as np


def make(turn):
    return (np.arange(12.0).reshape(3, 4) + turn, 3 + turn % 2), {}


def f(a, n):
    table = [[0.0] * n for _ in range(len(a))]
    total = 0.0
    for i in range(len(a)):
        scaled = [a[i, j] * k for j in range(a.shape[1]) for k in range(n) if k != 1]
        for k in range(n):
            table[i][k] = float(scaled[k] + i)
        total += sum(table[i]) + max([len(scaled), i])
    return total, table
