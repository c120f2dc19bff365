# Theano, XLA: log(1 + x) as log1p, 1 / (1 + exp(-x)) as a sigmoid.
import numpy as np


def make(turn):
    return (np.linspace(-1e-9, 30.0, 11),), {}


def f(a):
    return np.log(1.0 + a), 1.0 / (1.0 + np.exp(-a)), np.exp(a) - 1.0, np.log(np.exp(a) + 1.0)
