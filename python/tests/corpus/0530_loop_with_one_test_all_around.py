import numpy as np


def make(turn):
    return (np.resize(np.array([9, 6, 4], "u4"), (7,)),), {}


def f(a):
    # Tests of one number that does not change, in a nest of its own: LLVM's code generator did not come
    # to an end with the conversions that stood for copies of values.
    xs = True
    for v0, w0 in zip(a[:4], a[:3]):  # noqa: B905
        j = 0
        while j < 3 and (not not v0):  # noqa: SIM208
            j += 1
            if not v0:
                a[0], xs = (xs, a[0])
            else:
                xs += j / w0 - 0
        for v1 in a[:4]:
            xs = a[-1] / v1
            if not a[1]:
                break
            else:
                a[1], xs = (xs, a[1])
            xs = xs % v1
        a[0] *= True
    return xs
