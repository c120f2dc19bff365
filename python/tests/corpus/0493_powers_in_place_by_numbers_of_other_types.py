import numpy as np


def make(turn):
    a = np.resize([0.334, 3.64, 3.296, 1.662, 0.392, 3.35], (66,))
    return (
        a[(slice(None, None, -2), slice(None), slice(None, None, 3), slice(None, None, -1))[turn]],
        np.float32(1.517),
    ), {}


def f(a, p):
    c = (a + 1)[::-1]
    a **= (p + np.array([0.5], "f4"))[0]
    c **= (p - np.array([0.25], "f4")).mean()
    return a, c
