# torch.compile: 1, 1.0 and True are equal, and so were the guards on them.
import numpy as np


def make(turn):
    return (np.arange(4), (1, 1.0, True, np.float32(1))[turn]), {}


def f(a, s):
    return a * s, a + s, s
