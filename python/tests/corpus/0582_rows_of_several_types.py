import numpy as np


def make(turn):
    return (np.linspace(0, 1, 7) * (turn + 1), 3), {}


def f(a, n):
    # Items that nothing was stored into stay ints, others are floats, or NumPy's.
    best, last = [], [0.0] * n
    for _ in range(n):
        best.append([0] * n)
    for i in range(1, n):
        for j in range(n - 1):
            best[i][j] = best[i - 1][j] + i * 0.5
        last[i] = a[i]
    return best, last, [type(x) for x in last], np.array(best)
