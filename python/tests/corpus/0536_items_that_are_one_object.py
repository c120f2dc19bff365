# What a loop takes out of a tuple is the object that it was: lists that get it twice hold it twice.
import numpy as np


def make(turn):
    return (np.arange(1, 5.0),), {}


def f(a):
    twice = []
    for x in a:
        for y in (x, x):
            twice.append(y)
    first = tuple(y for x in a for y in (x, x, -x))
    second = tuple((x, i) for i, x in enumerate(a))
    pair = (a[0], a[1])
    picked = []
    for i in range(4):
        picked.append(pair[i % 2])
    return twice, first, second, picked, tuple(i * 2 for i in range(5))
