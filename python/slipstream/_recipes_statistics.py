"""Recipes (see `_recipes`) of NumPy's averages and of its functions that pass over NaN.

Where NumPy's function warns or raises for what it finds in the arrays, these
raise, too: then NumPy's own code is called.
"""

from __future__ import annotations

from typing import Any

# Bound to names of this module, as in NumPy's: a program may change numpy's own.
from numpy import (
    add,
    array,
    float32,
    float64,
    fmax,
    fmin,
    intp,
    isnan,
    multiply,
    sqrt,
)

from ._errors import NotForThese

Array = Any


def _without_nan(a: Array, instead: float) -> Array:
    """A copy in the array's own memory order, in which elements are summed."""
    filled = array(a)
    filled[isnan(a)] = instead
    return filled


def _must_not(bad: Any, axis: Any) -> None:
    """A number where all axes are reduced, else an array."""
    if axis is None:
        if bad:
            raise NotForThese
    elif bad.any():
        raise NotForThese


def nansum(a: Array, axis: Any = None) -> Any:
    """Of floats."""
    if a.dtype.kind != "f" or a.ndim < 1:
        raise NotForThese
    return add.reduce(_without_nan(a, 0), axis)


def nanmean(a: Array, axis: Any = None) -> Any:
    """Of float64, or of all elements of float32."""
    if a.ndim < 1 or (a.dtype != float64 and (a.dtype != float32 or axis is not None)):
        raise NotForThese
    count = add.reduce((~isnan(a)).astype(intp), axis)
    total = add.reduce(_without_nan(a, 0), axis)
    _must_not(count == 0, axis)
    return float32(total / count) if a.dtype == float32 else total / count


def nanvar(a: Array, axis: Any = None, ddof: Any = 0) -> Any:
    """Of float64, of all elements or along an axis."""
    if a.dtype != float64 or a.ndim < 1 or not isinstance(ddof, int):
        raise NotForThese
    if axis is not None and not isinstance(axis, int):
        raise NotForThese
    mask = isnan(a)
    filled = _without_nan(a, 0)
    ones = (~mask).astype(intp)
    kept = add.reduce(ones, axis=axis, keepdims=True)
    count = add.reduce(ones, axis)
    _must_not(count - ddof <= 0, axis)
    filled = filled - add.reduce(filled, axis=axis, keepdims=True) / kept
    filled[mask] = 0
    return add.reduce(filled * filled, axis) / (count - ddof)


def nanstd(a: Array, axis: Any = None, ddof: Any = 0) -> Any:
    """Of float64, of all elements or along an axis."""
    return sqrt(nanvar(a, axis, ddof))


def nanmax(a: Array, axis: Any = None) -> Any:
    """Of floats."""
    return _extreme(fmax, a, axis)


def nanmin(a: Array, axis: Any = None) -> Any:
    """Of floats."""
    return _extreme(fmin, a, axis)


def _extreme(of: Any, a: Array, axis: Any) -> Any:
    if a.dtype.kind != "f":
        raise NotForThese
    found = of.reduce(a, axis)
    _must_not(isnan(found), axis)
    return found


def average(a: Array, axis: Any = None, weights: Any = None) -> Any:
    """Of some elements; with a weight for each of float64."""
    if a.size == 0 or (a.ndim == 0 and axis is not None):
        raise NotForThese
    if weights is None:
        return a.mean(axis)
    if a.dtype != float64 or weights.dtype != float64 or a.shape != weights.shape:
        raise NotForThese
    scale = weights.sum(axis)
    _must_not(scale == 0.0, axis)
    return multiply(a, weights).sum(axis) / scale


_NAN = array([[1.5, float("nan"), -2.25, 1e3], [0.1, 0.3, -0.7, float("nan")], [7.0, -0.0, 0.0, 1e-3]])
_INF = array([float("nan"), float("inf"), -float("inf"), 1.5, -0.0])
_SOME: tuple[tuple[Any, ...], ...] = ((_NAN,), (_NAN, 0), (_NAN.T, 1), (_NAN[0, ::-1],), (_NAN.T[::2], 0))
#: As `_recipes.CALLS`.
CALLS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "nansum": (*_SOME, (_NAN.astype("f4"),), (_NAN.astype("f2"), 1)),
    "nanmean": (*_SOME, (_NAN.astype("f4"),), (_NAN.T.astype("f4"),)),
    "nanvar": _SOME,
    "nanstd": _SOME,
    "nanmax": (*_SOME, (_NAN.astype("f4"), 1)),
    "nanmin": (*_SOME, (_NAN.astype("f4"), 1)),
    "average": (
        (_NAN[2],),
        (_NAN, 1, _NAN * _NAN),
        (_INF[3:], None, _INF[3:] + 1),
        (_NAN.T, 0, _NAN.T + 0.1),
    ),
}
