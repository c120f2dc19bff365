import numpy as np


def make(turn):
    return ([np.arange(4.0) + k + turn for k in range(16)], np.ones(4)), {}


def f(arrays, a):
    differences = [x - a for x in arrays]
    ratios = [(x + 1.0) / 2.0 for x in differences]
    return differences, ratios
