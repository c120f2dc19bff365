import numpy as np


def make(turn):
    return (np.array([3, 0, 2, 1]) % (turn + 2), 3), {}


def f(a, n):
    places = a * 1
    same = places
    for i in range(n):
        places[same] = places[::-1] * 1
        same[places] = i
        places = np.sort(a)[::-1] * 1
        other = places
        other[places] = places
        places[other % 2] += 1
        same = places
    return places, same, other
