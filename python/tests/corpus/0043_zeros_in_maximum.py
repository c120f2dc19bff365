import numpy as np


def make(turn):
    a = np.array([0.0, -0.0, 0.0, -0.0])
    b = np.array([-0.0, 0.0, 0.0, -0.0])
    return (a, b), {}


def f(a, b):
    return (
        np.maximum(a, b),
        np.minimum(a, b),
        np.maximum(b, a),
        a.max(),
        a.min(),
        (a + b).max(),
        np.fmax(a, b),
    )
