# torch.compile: 0.0 and -0.0 are equal, and so were the guards on them.
import numpy as np


def make(turn):
    return (np.array([0.0, -1.0, 2.0]), (0.0, -0.0, 0.0, -0.0)[turn]), {}


def f(a, s):
    return a * s, np.copysign(a, s) + s, s
