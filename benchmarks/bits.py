"""Comparing results with NumPy's, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np

#: What `differing` gives where type, dtype or shape differ.
ANOTHER_KIND = -1


def differing(expected: Any, got: Any) -> int:
    """How many elements have other bits; `ANOTHER_KIND` where not even the types agree."""
    if type(expected) is not type(got):
        return ANOTHER_KIND
    if isinstance(expected, dict):
        return differing([*expected, *expected.values()], [*got, *got.values()])
    if isinstance(expected, slice):
        return differing([expected.start, expected.stop, expected.step], [got.start, got.stop, got.step])
    if isinstance(expected, tuple | list):
        if len(expected) != len(got):
            return ANOTHER_KIND
        parts = [differing(e, g) for e, g in zip(expected, got, strict=True)]
        return ANOTHER_KIND if ANOTHER_KIND in parts else sum(parts)
    return differing_values(expected, got)


def differing_values(expected: Any, got: Any) -> int:
    """The same for values alone: a peer may give its own array or scalar type."""
    e, g = np.asarray(expected), np.asarray(got)
    if e.dtype != g.dtype or e.shape != g.shape:
        return ANOTHER_KIND
    if e.dtype == object or e.dtype.itemsize == 0:
        return int(np.count_nonzero(e != g))
    return int(np.count_nonzero(bits(e) != bits(g)))


def bits(a: Any) -> Any:
    """The elements as rows of bytes; all NaNs are one NaN, -0.0 is not 0.0."""
    if a.dtype.kind == "f" and np.isnan(a).any():
        a = np.where(np.isnan(a), a.dtype.type(np.nan), a)
    flat = np.ascontiguousarray(a).reshape(-1)
    size = flat.dtype.itemsize
    # Whole words where there are such: a tenth of the time.
    return flat.view(f"u{size}") if size in (1, 2, 4, 8) else flat.view((np.void, size))
