"""A call may rebind what comes behind it."""

import numpy as np

G = 2.0


def change():
    global G
    G += 1


def make(turn):
    a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return (a,), {}


def f(a):
    x = a * G
    change()
    return x, a * G
