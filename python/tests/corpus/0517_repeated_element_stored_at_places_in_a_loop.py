import numpy as np


def make(turn):
    return (np.broadcast_to(np.float64(turn + 0.5), (4,)), np.array([3, 0, 2, 1]), 3), {}


def f(values, places, n):
    out = np.zeros(5)
    for i in range(n):
        out[places] = values
        out[places[:2]] = values[2:]
        out = out + i
    return out
