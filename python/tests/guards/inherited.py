# A property is given another function, a class another base.
import numpy as np


class Base:
    def shift(self, a):
        return a + 1.0


class Other(Base):
    def shift(self, a):
        return a - 5.0


class Middle(Base):
    pass


class Box(Middle):
    @property
    def gain(self):
        return 2.0

    def shift(self, a):
        return super().shift(a) * self.gain


def more(self):
    return 7.0


def make(turn):
    if turn >= 4:
        Box.gain = property(more)
    Middle.__bases__ = (Other if turn >= 2 else Base,)
    return (np.arange(5.0), Box()), {}


def f(a, box):
    return box.shift(a) * box.gain
