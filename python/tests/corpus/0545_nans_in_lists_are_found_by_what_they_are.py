import numpy as np


def make(turn):
    a = np.linspace(0.0, 1.0, 6)
    if turn:
        a[turn % 6] = np.nan
    return (a, [0.5, 1.5]), {}


def f(a, xs):
    found, here = 0, []
    for i in range(len(a)):
        x = float(a[i]) * 2
        xs.append(x)
        here.append((i, x))
        found += xs.index(x) + here.index(here[-1]) + (x in xs)
    ys = a.tolist()
    for y in ys:
        found += ys.count(y) + ys.index(y)
    return found, xs, here
