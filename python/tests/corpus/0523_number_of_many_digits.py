# A number too long for decimal digits was taken for a constant with a text: a failure of the compiler.
# ruff: noqa: SIM108
import numpy as np

BIG, LETTER, PAIR = 10**5000, "\ud800", (1, 10**5000)


def make(turn):
    return (np.arange(5.0), (10**5000, 7, 3000)[turn % 3]), {}


def f(a, n):
    m = n + 1
    x = a * 2 + (n > 3)
    k = n - BIG
    if n == 2:
        y = x + 0.0
    else:
        y = np.sqrt(x) * PAIR[0]
    for i in range(3):
        y = y + (n > i)
    return x, y, m, k, LETTER + "x"
