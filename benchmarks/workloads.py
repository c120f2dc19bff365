"""What is measured: plain NumPy functions, as a user would write them.

Nothing here knows of slipstream or of the libraries it is compared with. The
global `np` is looked up when a function runs, so that the same source can be
given another library's array module.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


def muladd(a: Array, b: Array, c: Array) -> Array:
    return a * b + c


def chain(a: Array, b: Array, c: Array) -> Array:
    """Ten arithmetic operations, nine temporaries in NumPy."""
    return ((a + b) * c - a / 3.0) * (b - 0.5) + (c * c - a) * 2.0 + b


def choose(a: Array, b: Array, c: Array) -> Array:
    return np.where(a > b, a * c, b - c)


def transcendental(a: Array, b: Array, c: Array) -> Array:
    """Bound by NumPy's own exp and sin, which every exact result needs."""
    return np.exp(-a * a) * np.sin(b) + np.sqrt(np.abs(c))


def black_scholes(spot: Array, strike: Array, years: Array, rate: float, volatility: float) -> Array:
    """European call; normal distribution after Abramowitz and Stegun, 26.2.17."""
    root = volatility * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility * volatility) * years) / root
    d2 = d1 - root
    k = 1.0 / (1.0 + 0.2316419 * np.abs(d1))
    poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
    tail = 0.3989422804014327 * np.exp(-0.5 * d1 * d1) * poly
    cdf1 = np.where(d1 < 0.0, tail, 1.0 - tail)
    k = 1.0 / (1.0 + 0.2316419 * np.abs(d2))
    poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
    tail = 0.3989422804014327 * np.exp(-0.5 * d2 * d2) * poly
    cdf2 = np.where(d2 < 0.0, tail, 1.0 - tail)
    return spot * cdf1 - strike * np.exp(-rate * years) * cdf2


def normal_cdf(x: Array) -> Array:
    """Abramowitz and Stegun, 26.2.17; absolute error below 7.5e-8."""
    k = 1.0 / (1.0 + 0.2316419 * np.abs(x))
    poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
    tail = 0.3989422804014327 * np.exp(-0.5 * x * x) * poly
    return np.where(x < 0.0, tail, 1.0 - tail)


def black_scholes_helper(spot: Array, strike: Array, years: Array, rate: float, volatility: float) -> Array:
    """The same price through a helper function."""
    root = volatility * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility * volatility) * years) / root
    d2 = d1 - root
    return spot * normal_cdf(d1) - strike * np.exp(-rate * years) * normal_cdf(d2)


def squared_distance(a: Array, b: Array) -> Array:
    return ((a - b) ** 2).sum()


def stencil(u: Array) -> Array:
    """One five-point step of the heat equation."""
    centre = u[1:-1, 1:-1]
    return centre + 0.1 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * centre)


def update_in_place(a: Array, b: Array, c: Array, s: float) -> None:
    a += b * c
    a *= s


def row_sum(a: Array) -> Array:
    return (a * 2.0).sum(axis=1)


def row_mean(a: Array) -> Array:
    return (a * 2.0).mean(axis=1)


def column_sum(a: Array) -> Array:
    return (a * 2.0).sum(axis=0)


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def standardise(x: Array) -> Array:
    return (x - x.mean(axis=0)) / x.std(axis=0)


def opaque(words: Array, a: Array) -> Array:
    """Python objects and calls that no array compiler understands."""
    longest = max(words, key=len)
    return np.searchsorted(a, float(len(longest)))


def add(a: Array, b: Array) -> Array:
    return a + b


def square_root(a: Array) -> Array:
    return np.sqrt(a)


def exponential(a: Array) -> Array:
    return np.exp(a)


def greater(a: Array, b: Array) -> Array:
    return a > b
