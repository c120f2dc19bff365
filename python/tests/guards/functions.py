# A function that was inlined is given other code.
import numpy as np


def scaled(a):
    return a * 2.0


def shifted(a):
    return a + 7.0


def make(turn):
    if turn == 2:
        scaled.__code__ = shifted.__code__
    return (np.arange(5.0),), {}


def f(a):
    return scaled(a) - a * a
