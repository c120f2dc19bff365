import numpy as np


def make(turn):
    return (np.arange(5) + turn,), {}


def f(a):
    one = two = []
    for x in a:
        one.append(int(x))
        two.append(len(one))
    three = one
    three += [7]
    return one, two, three, one is two
