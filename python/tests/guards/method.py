# An object gets a method of its own in place of its class's.
import types

import numpy as np


class Box:
    def scaled(self, a):
        return a * 2.0


def make(turn):
    box = Box()
    if turn >= 2:
        box.scaled = types.MethodType(lambda self, a: a + 7.0, box)
    return (np.arange(5.0), box), {}


def f(a, box):
    return box.scaled(a) - a * a
