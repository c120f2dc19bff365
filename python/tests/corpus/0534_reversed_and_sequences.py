# Loops back through arrays and over tuples and lists of arrays, left now and then.
import numpy as np


def make(turn):
    a = np.arange(1, 7.0) * (turn + 1)
    return (a, [a * 2, a[::2], a[:0]], (("p", a[::-1]), ("q", a[1:4])), []), {}


def f(a, parts, named, seen):
    s = 0.0
    for x in reversed(a):
        s = s * 0.5 + x
        if x == 3.0:
            seen.append(x)
    for row in reversed(a.reshape(2, 3)):
        s += row.sum()
        if s > 20:
            seen.append(row)
    for k, part in enumerate(parts):
        for x in part:
            s += x * k
        if k == 0:
            seen.append(len(part))
            parts.append(a[:2])
        s += len(part)
    for x, (name, part) in enumerate(reversed(named)):
        for y in part:
            s += y * x
        seen.append(name)
    return s, part, k, x, len(parts)
