# A global name is given another meaning.
import numpy as np

ROOT = np.sqrt


def make(turn):
    global ROOT
    ROOT = np.sqrt if turn < 2 else np.square
    return (np.arange(5.0),), {}


def f(a):
    return ROOT(a) * 2.0 + a
