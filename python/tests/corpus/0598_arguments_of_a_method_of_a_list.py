import numpy as np

NATIVE = False


def make(turn):
    rows = [] if turn % 2 else [np.ones(2)]
    return (np.arange(9.0) + turn, np.linspace(0.5, 2.0, 9), rows, {}), {}


def f(a, b, rows, kept):
    rows.append(a * b - 1.0)
    rows.insert(0, (a / b).sum())
    kept.update(mean=(a * b).mean(), last=rows[-1])
    kept.setdefault("other", np.sqrt(a * a + b))
    return rows[-1] * 2.0, kept["other"] - b
