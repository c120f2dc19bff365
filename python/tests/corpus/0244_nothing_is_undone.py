# Theano: log(exp(x)) is x, sqrt(x)**2 is abs(x).
import numpy as np


def make(turn):
    return (np.linspace(0.1, 3.0, 9), np.linspace(0.5, 4.0, 9)), {}


def f(a, b):
    return np.log(np.exp(a)), np.sqrt(a) ** 2, np.exp(np.log(b)), (a * b) / b, np.negative(-b)
