import numpy as np

WORDS = {"one": 1.0, "two": 2.0}


def make(turn):
    return (np.linspace(-1.0, 3.0, 5) + turn,), {}


def weighed(a):
    total = 0.0
    for word in WORDS:
        total = total + a * WORDS[word]
    return total


def f(a):
    if a.ndim == 2:
        return a
    return weighed(1.0 + np.sqrt(a * a + 2.0)).real
