"""A function that nothing runs natively in gets its own code back, so that it costs nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from slipstream import _native, _stats, jit

CALLS = 8  # more than a place is tried for


def length(a: np.ndarray) -> int:
    return len(a)


def total(a: object) -> object:
    return a + a * 2  # type: ignore[operator]


def called(f: Callable[..., object], *values: object) -> Callable[..., object]:
    fast = jit(f)
    for _ in range(CALLS):
        for value in values:
            assert fast(value) == f(value)
    return fast


def test_code_is_the_functions_own() -> None:
    fast = called(length, np.ones(3))
    assert fast.__code__ == length.__code__
    assert fast.stats().native == 0


def test_explain_tells_why() -> None:
    fast = called(length, np.ones(3))
    assert "no array operation" in str(fast.explain(np.ones(3)))


def test_explain_with_other_values_compiles_after_all() -> None:
    fast = called(total, 1, 2.0, 3)
    assert fast.__code__ == total.__code__
    fast.explain(np.ones(3))
    assert np.array_equal(fast(np.ones(3)), total(np.ones(3)))
    assert fast.stats().native == 1


def test_what_only_fails_for_its_shapes_rests() -> None:
    """The length of what NumPy's own reduction keeps is not foreseen: no version fits."""

    def f(a):
        x = a * 2.0
        mask = np.isnan(x)
        filled = np.array(x)
        filled[mask] = 0
        kept = np.add.reduce(~mask, axis=0, dtype=np.intp, keepdims=True)
        filled = filled - np.add.reduce(filled, axis=0, keepdims=True) / kept
        filled[mask] = 0
        return np.add.reduce(filled * filled, 0)

    fast, a = jit(f), np.arange(9.0) + 1
    for _ in range(80):
        assert fast(a) == f(a)
    (region,) = (r for _, r, _ in _stats.regions(fast._slipstream) if r.reasons())
    told = {_native.REASONS[number]: n for number, n in region.reasons().items()}
    assert told["resting"] > 40
