"""A mean keeps the order of axes of its sum."""

import numpy as np


def make(turn):
    a = np.ones((4, 3)).T
    return (a,), {}


def f(a):
    return np.mean(a, axis=0, keepdims=True), np.mean(a, axis=1, keepdims=True), a.mean(0)
