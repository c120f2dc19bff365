# Sums take axis 0 of what has no axes; average does not.
import numpy as np


def make(turn):
    return (np.array(2.0), np.array(3.0), (0, -1, None)[turn % 3]), {}


def f(a, b, axis):
    x = np.average(a + b, None, b * b) * a
    try:
        y = np.average(a + b, axis)
    except np.exceptions.AxisError as error:
        y = str(error)
    return x, y, np.average(a + b, 0, b * b) * a
