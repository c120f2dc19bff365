"""How products and quotients of complex numbers are rounded here, tried once a process.

The compiler does the steps of CPython's `complex` and of NumPy's scalars one by one. What compiled these
may have fused products with sums, as is usual where the processor has an instruction for that.
"""

from __future__ import annotations

import functools
import itertools
import warnings
from typing import Any

import numpy as np

_PARTS = (0.1, -0.3, 1.7, 1 / 3, 7.3, 1e-3, -5e2)
_CLASSES: dict[str, Any] = {"f8": complex, "c8": np.complex64, "c16": np.complex128}


@functools.cache
def unfused(kind: str) -> bool:
    """Whether a class of numbers, `complex` for f8, rounds each product and each sum."""
    make = _CLASSES[kind]
    part = np.float32 if kind == "c8" else float
    numbers = [(part(a), part(b)) for a, b in itertools.product(_PARTS, _PARTS)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return all(
            _same(make(complex(*x)) * make(complex(*y)), _product(x, y))
            and _same(make(complex(*x)) / make(complex(*y)), _quotient(x, y, kind != "f8"))
            for x, y in itertools.product(numbers, numbers[::5])
        )


def _same(got: Any, wanted: tuple[Any, Any]) -> bool:
    return bool(got.real == wanted[0] and got.imag == wanted[1])


def _product(x: Any, y: Any) -> tuple[Any, Any]:
    return x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]


def _quotient(x: Any, y: Any, reciprocal: bool) -> tuple[Any, Any]:
    if abs(y[0]) >= abs(y[1]):
        ratio = y[1] / y[0]
        denominator = y[0] + y[1] * ratio
        both = x[0] + x[1] * ratio, x[1] - x[0] * ratio
    else:
        ratio = y[0] / y[1]
        denominator = y[1] + y[0] * ratio
        both = x[0] * ratio + x[1], x[1] * ratio - x[0]
    if reciprocal:
        scale = type(denominator)(1) / denominator
        return both[0] * scale, both[1] * scale
    return both[0] / denominator, both[1] / denominator
