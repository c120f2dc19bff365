# Of a NaN as imaginary part scalars compare the real parts alone, ufuncs do not.
import numpy as np

ERRSTATE = {"all": "ignore"}


def make(turn):
    return (np.array(2.0, "c16"), np.arange(3.0)), {}


def f(b, a):
    x = np.where(b / 0 > 3, 0.5, a)
    y = np.where(b / 0 <= 3, 0.5, a * 2)
    return x + y
