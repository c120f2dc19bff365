# A tracer is told of every line.
import sys

import numpy as np

LINES = []


def tracer(frame, event, arg):
    if frame.f_code.co_name == "f":
        LINES.append(f"{event} {frame.f_lineno}")
    return tracer


def make(turn):
    if turn > 1:
        sys.settrace(tracer)
    return (np.arange(6.0),), {}


def f(a):
    b = a * 2.0
    c = b - a * a
    sys.settrace(None)
    return c
