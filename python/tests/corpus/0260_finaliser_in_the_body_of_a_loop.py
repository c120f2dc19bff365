# At the first turn of the loop the variable holds nothing, later something.
import numpy as np

TURNS = 8


class Adds:
    def __init__(self, a):
        self.a = a

    def __del__(self):
        self.a += 1.0


def make(turn):
    return (np.arange(5.0), turn), {}


def f(a, turn):
    total = a * 0.0
    for i in range(3):
        x = a * 2.0 + i
        held = x * 0.5
        total += x * a - held
        if turn > 2:
            held = Adds(a)
    return total
