import numpy as np


def make(turn):
    return (np.arange(4.0), turn % 3), {}


def f(a, kind):
    # Values may change meanwhile; a new key, or one that is gone, raises in the next round.
    d, told = {}, []
    for i in range(6):
        d[i] = i
    try:
        for k in d:
            d[k] = k * 2
            if k == 3 and kind == 1:
                d[100] = 1
            if k == 3 and kind == 2:
                del d[0]
    except RuntimeError as error:
        told.append(str(error))
    return d, told
