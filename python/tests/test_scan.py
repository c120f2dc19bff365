"""cumsum and cumprod of one axis by the extension's own loop: NumPy's bits, or its reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import _native, jit
from slipstream._describe import DTYPES

FORMS: dict[str, Callable[..., Any]] = {
    "sum": lambda a: np.cumsum(a),
    "product": lambda a: np.cumprod(a),
    "axis": lambda a: np.cumsum(a, 0) + np.cumprod(a, axis=-1),
    "method": lambda a: a.cumsum() + a.cumprod(0),
    "no axis": lambda a: a.cumsum(axis=None) * 2,
    "of a type": lambda a: np.cumsum(a, dtype="f8") + 1,
    "out": lambda a: np.cumsum(a, out=np.zeros(a.shape, a.dtype)),
    "no such axis": lambda a: np.cumsum(a, axis=1),
    "computed": lambda a: np.cumsum(a * a + 1)[1:] - np.cumsum(a)[:-1],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", DTYPES.values())
def test_equal(form: str, dtype: str) -> None:
    f = FORMS[form]
    fast = jit(f)
    x = np.random.default_rng(3).normal(size=2001) * 3
    for n in (0, 1, 2, 7, 2001):
        a = x[:n].astype(dtype)
        for b in (a, a[::-1], a[::3], a[: n // 2 * 2].reshape(-1, 2), np.broadcast_to(a[:1], 5 if n else 0)):
            assert not differences(outcome(f, b), outcome(fast, b)), (b.shape, b.strides)


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_reports(name: str) -> None:
    f = getattr(np, name)
    for values in ([1e308, 1e308, 1.0], [np.inf, -np.inf, 0.0], [1e-308, 1e-308], [np.nan, 1.0]):
        for modes in ({}, {"all": "ignore"}, {"all": "raise"}, {"under": "warn"}):
            fast = jit(lambda a: f(a) * 1.0)
            plain = fast.__wrapped__
            a = np.array(values)
            with np.errstate(**modes):
                for _ in range(3):
                    assert not differences(outcome(plain, a), outcome(fast, a)), (values, modes)


def test_native() -> None:
    """The loop itself refuses what it is not made for."""
    a = np.arange(5.0)
    assert _native.cumsum(a).tolist() == a.cumsum().tolist()
    assert _native.cumprod(a + 1).tolist() == (a + 1).cumprod().tolist()
    for bad in (a.reshape(1, 5), a.astype("f2"), a.astype(">f8"), [1.0], a.astype("i4")):
        with pytest.raises(TypeError, match="one axis"):
            _native.cumsum(bad)
    with pytest.raises(FloatingPointError):
        _native.cumsum(np.array([1e308, 1e308]))


def test_moving_average() -> None:
    """What a scan gives is the region's own: it is updated where it lies."""

    def f(x: Any, width: int) -> Any:
        total = np.cumsum(x)
        total[width:] = total[width:] - total[:-width]
        return total[width - 1 :] / width

    fast = jit(f)
    for n in (30, 100, 5000):
        x = np.random.default_rng(n).normal(size=n)
        for _ in range(3):
            assert not differences(outcome(f, x, 20), outcome(fast, x, 20))
    assert hits(fast) >= 6


def inside(a):
    x = a * 1.0
    with np.errstate(under="raise"):
        y = np.cumprod(x)
    return x, y


@pytest.mark.parametrize("modes", [{}, {"under": "raise"}, {"under": "warn"}, {"all": "ignore"}])
def test_only_what_is_reported_is_left(modes: dict[str, Any]) -> None:
    """Underflow is by default not told of: the region goes on."""
    f = lambda a: np.cumprod(a * 1.0) * 2.0  # noqa: E731
    fast, fast_inside, a = jit(f), jit(inside), np.full(2001, 0.5)
    matrix = a[:4].reshape(2, 2) * 1e-200
    product, few = jit(lambda m: (m * 1.0) @ m + 1.0), matrix.copy()
    with np.errstate(**modes):
        for _ in range(4):
            assert not differences(outcome(f, a), outcome(fast, a))
            assert not differences(outcome(inside, a), outcome(fast_inside, a))
            assert not differences(outcome(product.__wrapped__, few), outcome(product, few))
    told = "under" in modes
    assert (hits(fast) > 0, hits(product) > 0) == (not told, not told)
