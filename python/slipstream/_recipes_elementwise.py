"""Recipes (see `_recipes`) of functions that compute each element by itself."""

from __future__ import annotations

from typing import Any

from numpy import all as every

# Bound to names of this module, as in NumPy's: a program may change numpy's own.
from numpy import (
    arange,
    arctan2,
    array,
    asfortranarray,
    divide,
    equal,
    errstate,
    finfo,
    inf,
    isfinite,
    isinf,
    isnan,
    less_equal,
    multiply,
    ndim,
    newaxis,
    pi,
    rint,
    signbit,
    sin,
    where,
)
from numpy import (
    nan as no_number,
)

from ._errors import NotForThese

Array = Any


def isposinf(x: Array) -> Any:
    """Of floats."""
    if x.dtype.kind != "f":
        raise NotForThese
    return equal(x, inf)


def isneginf(x: Array) -> Any:
    """Of floats."""
    if x.dtype.kind != "f":
        raise NotForThese
    return equal(x, -inf)


def round(a: Array, decimals: int = 0) -> Array:
    """Of floats, to whole numbers, or of one axis to a few decimals."""
    if a.dtype.kind != "f" or a.ndim < 1 or not isinstance(decimals, int) or not 0 <= decimals <= 8:
        raise NotForThese
    if decimals == 0:
        return rint(a)
    if a.ndim != 1:
        raise NotForThese
    power = 10.0**decimals
    return divide(rint(multiply(a, power)), power)


def isclose(a: Array, b: Array, rtol: float = 1e-05, atol: float = 1e-08) -> Array:
    """Of floats, which may be in several axes, to Python numbers as tolerances."""
    if a.dtype.kind != "f" or b.dtype.kind != "f" or a.ndim < 1 or b.ndim < 1:
        raise NotForThese
    if not isinstance(rtol, float) or not isinstance(atol, float):
        raise NotForThese
    if not -1e300 < rtol < 1e300 or not -1e300 < atol < 1e300:
        raise NotForThese  # NumPy warns of what is not finite
    with errstate(invalid="ignore"):
        near = less_equal(abs(a - b), atol + rtol * abs(b))
    return ((near & isfinite(b)) | (a == b))[...]  # NumPy's is a view, too


def allclose(a: Array, b: Array, rtol: float = 1e-05, atol: float = 1e-08) -> bool:
    """Of floats, as `isclose`."""
    return bool(every(isclose(a, b, rtol, atol)))


def outer(a: Array, b: Array) -> Array:
    """Of arrays of one axis."""
    if a.ndim != 1 or b.ndim != 1:
        raise NotForThese
    return multiply(a[:, newaxis], b[newaxis, :])


def angle(z: Array) -> Any:
    """Of floats, in radians."""
    if z.dtype.kind != "f":
        raise NotForThese
    return arctan2(0, z)


def sinc(x: Array) -> Any:
    """Of floats."""
    if x.dtype.kind != "f":
        raise NotForThese
    x = pi * x
    y = where(x, x, finfo(x.dtype).eps)
    return sin(y) / y


def nan_to_num(x: Array, copy: bool = True, nan: float = 0.0) -> Array:
    """Of floats, into a new array."""
    if x.dtype.kind != "f" or x.ndim < 1 or not copy or ndim(nan) != 0:
        raise NotForThese
    filled = array(x)
    infinite, negative = isinf(x), signbit(x)
    filled[isnan(x)] = nan
    filled[infinite & ~negative] = finfo(x.dtype).max
    filled[infinite & negative] = finfo(x.dtype).min
    return filled


_X = (arange(24.0).reshape(4, 6) * 37 % 11 - 5) / 3
_F = asfortranarray(_X)
_I = arange(6) * 5 % 7
_LONG = arange(5000) * 7919 % 4999 * 0.37 - 700
_INF = array([inf, -inf, no_number, -0.0, 1.5])
_NAN = array([[1.5, no_number, -2.25, 1e3], [7.0, -0.0, 0.0, 1e-3]])
#: As `_recipes.CALLS`.
CALLS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "round": ((_X,), (_F, 0), (_X[0], 1), (_LONG, 3), (_X[1].astype("f4"), 8), (_INF[3:], 2)),
    "isposinf": ((_INF,), (_INF.astype("f4"),)),
    "isneginf": ((_INF,), (_INF.astype("f4"),)),
    "isclose": ((_X, _X + 1e-9), (_INF, _INF[::-1]), (_X[0].astype("f4"), _X, 0.5), (_F, _X, 0.1, 0.2)),
    "allclose": ((_X, _X + 1e-9), (_INF, _INF), (_F, _X, 0.1, 1e9)),
    "outer": ((_I, _I), (_X[0], _F[:, 1]), (_INF, _X[1].astype("f4"))),
    "angle": ((_X,), (_INF,), (_X[1].astype("f4"),)),
    "sinc": ((_X,), (_F,), (_X[1].astype("f4"),), (_INF[3:],)),
    "nan_to_num": ((_INF,), (_INF.astype("f4"),), (_NAN.T, True, 7.0)),
}
