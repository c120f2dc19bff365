import numpy as np

ERRSTATE = {"under": "raise"}


def make(turn):
    return (np.array([1e-300, 0.5, 1e-200, 3.0]), turn), {}


def f(a, turn):
    b = a * 2 + np.abs(a) * 3
    print(b.sum())
    s = a[1] + b[1]
    for _ in range(3):
        s = s + a[3]
        if turn == 3:
            a[0] *= a[2]
    return s
