"""NumPy's functions that are a few operations written in Python, as straight lines of these operations.

The compiler reads such a line in place of the call, so that its operations run
with those around them. Each is the steps of NumPy's own code for the usual
arguments, in its order and with its types; for other arguments it raises
`NotForThese`, and NumPy's own code is called. What the steps are is NumPy's affair and may
change: before its first use each is compared with NumPy's function on examples.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

# Bound to names of this module, as in NumPy's: a program may change numpy's own.
from numpy import (
    add,
    array,
    empty,
    empty_like,
    float64,
    maximum,
    minimum,
    mod,
    ndim,
    pi,
    promote_types,
    sqrt,
    subtract,
)

from . import _native, _recipes_elementwise, _recipes_statistics
from ._checked import Checked
from ._errors import NotForThese
from ._recipes_elementwise import (  # noqa: F401  # found by name
    allclose,
    angle,
    isclose,
    isneginf,
    isposinf,
    nan_to_num,
    outer,
    round,
    sinc,
)
from ._recipes_statistics import (  # noqa: F401  # found by name
    average,
    nanmax,
    nanmean,
    nanmin,
    nanstd,
    nansum,
    nanvar,
)

Array = Any


def gradient(f: Array, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Differences of neighbours, between numbers as distances."""
    axes = f.ndim if axis is None else 1
    if edge_order != 1 or f.ndim < 1 or f.ndim > 3 or f.dtype.kind not in "iufc":
        raise NotForThese
    if len(spacing) > 1 and len(spacing) != axes:
        raise NotForThese
    if f.dtype.kind in "iu":
        f = f.astype(float64)
    if axis is not None:
        return _slopes(f, axis, _distance(spacing, 0))
    if f.ndim == 1:
        return _slopes(f, 0, _distance(spacing, 0))
    if f.ndim == 2:
        return _slopes(f, 0, _distance(spacing, 0)), _slopes(f, 1, _distance(spacing, 1))
    first, middle = _slopes(f, 0, _distance(spacing, 0)), _slopes(f, 1, _distance(spacing, 1))
    return first, middle, _slopes(f, 2, _distance(spacing, 2))


def _distance(spacing: tuple[Any, ...], axis: int) -> Any:
    if len(spacing) == 0:
        return 1.0
    h = spacing[0] if len(spacing) == 1 else spacing[axis]
    if ndim(h) != 0:
        raise NotForThese
    return h


def _slopes(f: Array, axis: int, h: Any) -> Array:
    if axis < 0:
        axis = axis + f.ndim
    if axis < 0 or axis >= f.ndim or f.shape[axis] < 2:
        raise NotForThese
    out = empty_like(f)
    if axis == 0:
        out[1:-1] = (f[2:] - f[:-2]) / (2.0 * h)
        out[0] = (f[1] - f[0]) / h
        out[-1] = (f[-1] - f[-2]) / h
    elif axis == 1:
        out[:, 1:-1] = (f[:, 2:] - f[:, :-2]) / (2.0 * h)
        out[:, 0] = (f[:, 1] - f[:, 0]) / h
        out[:, -1] = (f[:, -1] - f[:, -2]) / h
    else:
        out[:, :, 1:-1] = (f[:, :, 2:] - f[:, :, :-2]) / (2.0 * h)
        out[:, :, 0] = (f[:, :, 1] - f[:, :, 0]) / h
        out[:, :, -1] = (f[:, :, -1] - f[:, :, -2]) / h
    return out


def cross(a: Array, b: Array, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None) -> Array:
    """Of vectors of three elements along the last axes."""
    if axisa != -1 or axisb != -1 or axisc != -1 or axis is not None or a.ndim < 1 or b.ndim < 1:
        raise NotForThese
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise NotForThese
    if a.ndim == 1 and b.ndim == 1 and a.dtype.kind == "f" and b.dtype.kind == "f":
        return _cross_of_two(a, b)
    a0, a1, a2 = a[..., 0], a[..., 1], a[..., 2]
    b0, b1, b2 = b[..., 0], b[..., 1], b[..., 2]
    c0 = a1 * b2 - a2 * b1
    c1 = a2 * b0 - a0 * b2
    c2 = a0 * b1 - a1 * b0
    cp = empty((*c0.shape, 3), promote_types(a.dtype, b.dtype))
    cp[..., 0] = c0
    cp[..., 1] = c1
    cp[..., 2] = c2
    return cp[...]  # NumPy's is a view, too


def _cross_of_two(a: Array, b: Array) -> Array:
    """By their elements, which loops have as numbers. Integers as numbers would warn where they overflow."""
    cp = empty(3, promote_types(a.dtype, b.dtype))
    cp[0] = a[1] * b[2] - a[2] * b[1]
    cp[1] = a[2] * b[0] - a[0] * b[2]
    cp[2] = a[0] * b[1] - a[1] * b[0]
    return cp[...]


def diff(a: Array, n: int = 1, axis: int = -1) -> Array:
    """Once or twice, along the first or last axis."""
    if n < 1 or n > 2 or a.ndim < 1:
        raise NotForThese
    if n == 2:
        a = _steps(a, axis)
    return _steps(a, axis)


def _steps(a: Array, axis: int) -> Array:
    if axis == -1 or axis == a.ndim - 1:
        after, before = a[..., 1:], a[..., :-1]
    elif axis == 0:
        after, before = a[1:], a[:-1]
    else:
        raise NotForThese
    return after != before if a.dtype.kind == "b" else after - before


def trapezoid(y: Array, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """Along the last axis, at places in one axis or in steps."""
    if y.ndim < 1 or axis != -1 or ndim(dx) != 0:
        raise NotForThese
    d = dx
    if x is not None:
        if ndim(x) != 1 or y.ndim != 1:
            raise NotForThese
        d = _steps(x, -1)
    return (d * (y[..., 1:] + y[..., :-1]) / 2.0).sum(-1)


def norm(x: Array, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    """The root of the sum of squares, of all elements or along an axis."""
    if ord is not None or x.dtype.kind != "f" or x.ndim < 1:
        raise NotForThese
    if axis is None:
        if keepdims:
            raise NotForThese
        x = x.ravel(order="K")
        return sqrt(x.dot(x))
    if not isinstance(axis, int):
        raise NotForThese
    return sqrt(add.reduce(x * x, axis=axis, keepdims=keepdims))


def roll(a: Array, shift: int, axis: Any = None) -> Array:
    """Along the first or last axis, by an int."""
    if a.ndim < 1 or not isinstance(shift, int) or (axis is None and a.ndim != 1):
        raise NotForThese
    if axis is None or axis == 0 or axis == -a.ndim:
        if a.shape[0] == 0:
            raise NotForThese
        k = shift % a.shape[0]
        out = empty_like(a)
        out[k:] = a[: a.shape[0] - k]
        out[:k] = a[a.shape[0] - k :]
        return out[...] if axis is None else out
    if (axis != -1 and axis != a.ndim - 1) or a.shape[-1] == 0:
        raise NotForThese
    k = shift % a.shape[-1]
    out = empty_like(a)
    out[..., k:] = a[..., : a.shape[-1] - k]
    out[..., :k] = a[..., a.shape[-1] - k :]
    return out


def ptp(a: Array, axis: Any = None) -> Any:
    """The largest without the smallest."""
    return subtract(maximum.reduce(a, axis), minimum.reduce(a, axis))


def flip(m: Array, axis: Any = None) -> Array:
    """A view with all axes reversed, or the first or last."""
    if m.ndim < 1 or (axis is None and m.ndim > 3):
        raise NotForThese
    if axis is None:
        if m.ndim == 1:
            return m[::-1]
        return m[::-1, ::-1] if m.ndim == 2 else m[::-1, ::-1, ::-1]
    if axis == 0:
        return m[::-1]
    if axis != -1 and axis != m.ndim - 1:
        raise NotForThese
    return m[..., ::-1]


def flipud(m: Array) -> Array:
    """A view with the first axis reversed."""
    return m[::-1]


def fliplr(m: Array) -> Array:
    """A view with the second axis reversed."""
    return m[:, ::-1]


def unwrap(p: Array) -> Array:
    """Of float64, along the last axis, with a period of 2 pi."""
    if p.dtype != float64 or p.ndim < 1:
        raise NotForThese
    dd = _steps(p, -1)
    period, high, low = 2 * pi, 2 * pi / 2, -(2 * pi / 2)
    rest = mod(dd - low, period) + low
    rest[(rest == low) & (dd > 0)] = high
    correction = rest - dd
    correction[abs(dd) < high] = 0
    up = array(p)
    up[..., 1:] = p[..., 1:] + correction.cumsum(-1)
    return up


def histogram(a: Array, bins: int = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """The extension's: of equal bins."""
    return _native.histogram(_NUMPY["histogram"], a, bins, range, density, weights)


def quantile(a: Array, q: Any) -> Any:
    """Of all elements."""
    return _native.quantile(_NUMPY["quantile"], a, q)


def percentile(a: Array, q: Any) -> Any:
    """Of all elements."""
    return _native.percentile(_NUMPY["percentile"], a, q)


def median(a: Array) -> Any:
    """Of all elements."""
    return _native.median(_NUMPY["median"], a)


_X = (np.arange(24.0).reshape(4, 6) * 37 % 11 - 5) / 3
_F = np.asfortranarray(_X)
_I = np.arange(6) * 5 % 7
_INF = np.array([np.inf, -np.inf, np.nan, -0.0, 1.5])
_LONG = np.arange(5000) * 7919 % 4999 * 0.37 - 700
#: By name: arguments for which both are compared.
CALLS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "gradient": (
        (_X,),
        (_F, 0.3),
        (_X[0],),
        (_I, 2),
        (_X, 0.3, 2),
        (_X.reshape(4, 3, 2),),
        (_X.astype("f4"), 3),
    ),
    "cross": ((_X[0, :3], _X[1, 1:4]), (_X[:, :3], _X[:, 3:]), (_F[:, 3:], _I[:3]), (_I[:3], _I[3:])),
    "diff": ((_X,), (_F, 2), (_X, 1, 0), (_I,), (_X > 0,)),
    "trapezoid": ((_X,), (_X[0], _X[2]), (_I,), (_F, None, 0.3)),
    "norm": ((_X,), (_F[1],), (_X, None, 0), (_F, None, 1, True), (_X.astype("f4"), None, -1)),
    "roll": ((_I, 2), (_I, -8), (_X, 1, 0), (_F, -1, 1), (_I, 3, 0), (_X[0, ::-2], 1)),
    "ptp": ((_X,), (_F, 0), (_I,), (_X, -1)),
    "flip": ((_X,), (_F, 0), (_I,), (_X, -1), (_X.reshape(4, 3, 2),)),
    "flipud": ((_X,), (_I,)),
    "fliplr": ((_X,), (_F,)),
    "unwrap": ((_X * 5,), (_F[0] * 9,), (_LONG,), (_I * pi,)),
    **_recipes_elementwise.CALLS,
    **_recipes_statistics.CALLS,
    "histogram": (
        (_X, 3),
        (_LONG, 100),
        (_LONG, 7, None, None, np.cos(_LONG)),
        (np.arange(5000) % 41 * 0.1, 40),
        (np.arange(70000) % 1000 / 3 + 1e9, 999, None, None, _LONG.repeat(14)),
        (np.full(3000, 2.5), 10),
        (_X[0], 3, (-2, 1.5), True),
        (_LONG, 33, (-0.5, 700.25), None, np.cos(_LONG)),
        (_I, 4),
        (_I.astype("i1"), 5, (1, 5)),
    ),
    "quantile": ((_X, 0.3), (_X[0], [0.05, 0.5, 0.95]), (_LONG, 0.999), (_LONG, _INF[4:] / 2)),
    "percentile": ((_X, 30.0), (_X[0], [5.0, 50.0, 95.0]), (_LONG, 99.9), (_LONG, _INF[4:] * 20)),
    "median": ((_X,), (_X[0, :5],), (_LONG,), (_LONG[1:],)),
}
_NUMPY: dict[str, Callable[..., Any]] = {
    name: getattr(np.linalg if name == "norm" else np, name) for name in CALLS if name != "norm"
} | {"norm": np.linalg.norm}


@functools.cache
def alike(name: str) -> bool:
    """Whether a function here gives what NumPy's gives for the examples, to the bit."""
    ours, numpys = globals()[name], _NUMPY[name]
    with np.errstate(all="ignore"):
        return all(_facts(ours(*args)) == _facts(numpys(*args)) for args in CALLS[name])


def _facts(value: Any) -> Any:
    if type(value) is tuple:
        return tuple(map(_facts, value))
    a = np.asarray(value)
    return type(value), a.dtype, a.shape, a.strides, getattr(value, "base", None) is None, a.tobytes()


#: The functions that are alike, by name.
checked = Checked(CALLS, alike, globals().__getitem__)
