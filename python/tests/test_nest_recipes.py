"""NumPy's functions that are a few operations written in Python, in loops: their recipes are entered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from differential.run import whole_calls
from programs import Programs, cases, check

PROGRAMS = Programs()
whole, left = PROGRAMS.whole, PROGRAMS.left

_RNG = np.random.default_rng(0)
MATRIX = _RNG.standard_normal((7, 3))
VECTOR = _RNG.standard_normal(40)

#: The same programs of other types, orders and values: something of these may be left.
MATRICES = {
    "single": MATRIX.astype("f4"),
    "half": MATRIX.astype("f2"),
    "fortran": np.asfortranarray(MATRIX),
    "backwards": _RNG.standard_normal((14, 6))[::2, ::-2],
    "ints": _RNG.integers(0, 9, (7, 3)),
    "nan": np.full((5, 3), np.nan),
    "large": np.full((5, 3), 1e200),
    "complex": MATRIX + 1j,
    "without rows": np.zeros((0, 3)),
    "repeated": np.broadcast_to(MATRIX[0], (5, 3)),
}
VECTORS = {
    "one": VECTOR[:1],
    "two": VECTOR[:2],
    "long": _RNG.standard_normal(1000),
    "backwards": VECTOR[::-2],
    "single": VECTOR.astype("f4"),
    "ints": _RNG.integers(0, 9, 20),
    "special": np.array([np.nan, 1, 2, 3, np.inf, 5, 1, 2]),
    "nan": np.full(9, np.nan),
    "empty": np.zeros(0),
    "complex": VECTOR[:9] + 1j,
}


@whole(MATRIX)
def lengths_of_rows(a):
    s = 0.0
    for i in range(len(a) - 1):
        s += np.linalg.norm(a[i]) + np.linalg.norm(a[i] - a[i + 1])
    return s


@whole(MATRIX)
def lengths_of_columns(a):
    out = np.zeros(3, a.dtype if a.dtype.kind == "f" else float)
    for j in range(3):
        out[j] = np.linalg.norm(a[:, j])
    return out


@whole(MATRIX)
def lengths_of_lists(a):
    s = 0.0
    for r in a:
        s += np.linalg.norm([r[0], r[1]]) + np.mean([r[0], r[2], 1]) + np.max((r[0], 0))
    return s


@left(MATRIX)
def lengths_of_matrices(a):
    s = 0.0
    b = a * 2
    for _ in range(4):
        b = b * 0.5 + a
        s += np.linalg.norm(b) + np.linalg.norm(a)
    return s


@whole(MATRIX)
def rolled_along_axes(a):
    for k in range(5):
        a = np.roll(a, k - 2, axis=0) + np.roll(a, 1, axis=1) + np.roll(a, -1, axis=-1)
    return a


@left(MATRIX)
def rolled_as_a_whole(a):
    for k in range(3):
        a = np.roll(a, k) + np.roll(a, (1, 1), axis=(0, 1))
    return a


@whole(MATRIX)
def crossed(a):
    o = np.zeros(3, a.dtype if a.dtype.kind in "fc" else float)
    for r in a:
        o = o + np.cross(r, o + 1)
    return o


@left(MATRIX)
def crossed_into_a_list(a):
    out = []
    for i in range(len(a) - 1):
        out.append(np.cross(a[i], a[i + 1]))
    return out


@whole(VECTOR)
def rolled(a):
    for k in range(5):
        a = np.roll(a, k - 2) + a
    return a


@left(VECTOR)
def differences(a):
    s = 0.0
    for i in range(4):
        s += np.diff(a[i:]).sum() + np.ptp(a) + np.trapezoid(a) + np.gradient(a)[0]
    return s


@left(VECTOR)
def passing_over_nan(a):
    s = 0.0
    for i in range(5):
        s += np.nansum(a) + np.nanmean(a) + np.nanmax(a) + np.nanstd(a[i:])
    return s


@left(VECTOR)
def rounded(a):
    t = a
    for _ in range(4):
        t = np.round(t * 1.7, 2) + np.nan_to_num(t)
    return t


@left(VECTOR)
def compared(a):
    b, count = a * 1.00001, 0
    for _ in range(6):
        if np.allclose(a, b):
            count += 1
        a = a * 0.99999 + b * 0.00001
        count += np.isclose(a, b).sum()
    return count


@left(VECTOR)
def averaged(a):
    s = 0.0
    for i in range(4):
        s += np.average(a, weights=a * a + i)
    return s


@left(VECTOR)
def unwrapped(a):
    for _ in range(3):
        a = np.unwrap(a * 3) + np.sinc(a)
    return a


@left(VECTOR)
def turned(a):
    s = np.zeros((len(a), len(a)))
    for i in range(3):
        s = s + np.outer(a, a) * i + np.angle(a + 1j * i)
    return s


test_nothing_is_left_to_python, _ = PROGRAMS.tests()


@cases(PROGRAMS.natively + PROGRAMS.partly)
def test_other_arrays_give_what_they_give_in_python(
    f: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    for other in (MATRICES if arguments[0] is MATRIX else VECTORS).values():
        check(f, (other,))


def _chosen(a, b, k):
    if k > 2:
        return a * 2, -b, a.sum() * 0.5
    return a, b + a, 1.0


def test_helpers_return_tuples_of_expressions() -> None:
    def f(a, n):
        s, x = 0.0, np.ones(3)
        for i in range(n):
            u, v, w = _chosen(a, x, i)
            t = _chosen(u, v, 1)
            s += u[0] + v[1] * w + t[1].sum()
            x = v
        return s, x

    for n in (0, 3, 7):
        check(f, (np.arange(3.0), n))
    assert whole_calls(check(f, (np.arange(3.0), 9))) == 4
