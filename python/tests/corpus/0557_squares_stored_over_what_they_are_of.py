# Where NumPy's loop over complex numbers stores over what it reads, it rounds otherwise.
import numpy as np

NATIVE = False


def make(turn):
    x = np.random.default_rng(3).normal(size=(2, 101, 2)).view(complex)[..., 0]
    return (x[0].copy(), x[1, :1].copy()), {}


def f(a, b):
    np.square(b, out=b)
    np.square(a[1:], out=a[:-1])
    for k in range(3):
        np.square(a[k + 1 :], out=a[k:-1])
    return a, b
