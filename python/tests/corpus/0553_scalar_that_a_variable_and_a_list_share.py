import numpy as np


def make(turn):
    return (np.linspace(0.5, 4.5, 5) + turn,), {}


def f(a):
    largest, seen = a[0], []
    for x in a:
        if x >= largest:
            largest = x
            seen.append(x)
    kept = [largest, 1.0]
    for i in range(3):
        kept[1] += i
    return largest, seen, kept, seen[-1] is largest
