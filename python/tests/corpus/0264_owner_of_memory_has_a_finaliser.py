# The array's memory belongs to an object that does something when it is freed.
import numpy as np

TURNS = 8

LOG = []


class Owner:
    def __init__(self, log):
        self.memory, self.log = np.arange(4.0), log
        self.__array_interface__ = self.memory.__array_interface__

    def __del__(self):
        self.log += 1.0


def make(turn):
    return (np.zeros(4),), {}


def f(a):
    x = np.asarray(Owner(a))[1:]
    s = x * 2.0 + 1.0
    x = s - x
    y = a * s.sum() + 3.0
    return x, y
