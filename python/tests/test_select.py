"""quantile, percentile and median of all elements: NumPy's bits, whatever the order and the values."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from slipstream import _native, jit

LENGTHS = (1, 2, 3, 4, 16, 17, 100, 2047, 2048, 2049, 5000, 60_000)
QUESTIONS = (0.0, 0.5, 1.0, 0.123, 1 - 2.0**-53, [0.05, 0.95], (0.25,), np.linspace(0, 1, 7))
#: What the extension does not look for.
OTHERS = (
    1,
    [0, 1],
    [0.5, 1],
    np.float64(0.5),
    np.array(0.3),
    [[0.5]],
    [],
    np.linspace(0, 1, 20),
    1.5,
    -0.1,
    np.nan,
)


def arrays(n: int) -> Iterator[Any]:
    rng = np.random.default_rng(n)
    x = rng.normal(size=n)
    yield x
    yield np.sort(x)
    yield np.sort(x)[::-1].copy()
    yield np.round(x, 1) + 10
    yield np.full(n, 2.5)
    yield np.where(x > 1, x, 0.0)
    yield np.where(x > 1, x, -0.0)
    yield np.where(x > 1, x, np.where(x > 0, 0.0, -0.0))
    yield np.exp(x * 50)
    yield np.where(np.arange(n) == n // 2, np.nan, x)
    yield np.where(np.abs(x) > 1.5, np.inf * np.sign(x), x)
    yield np.concatenate([np.sort(x)[::2], np.sort(x)[1::2][::-1]])  # organ pipe


@pytest.mark.parametrize("n", LENGTHS)
def test_bits(n: int) -> None:
    for x, q in itertools.product(arrays(n), QUESTIONS):
        for name in ("quantile", "percentile"):
            f = getattr(np, name)
            scaled = q if name == "quantile" else np.multiply(q, 100) if isinstance(q, np.ndarray) else q
            own = functools.partial(getattr(_native, name), f)
            found = differences(outcome(f, x, scaled), outcome(own, x, scaled))
            assert not found, (name, q, found)
    for x in arrays(n):
        assert not differences(outcome(np.median, x), outcome(lambda a: _native.median(np.median, a), x))


@pytest.mark.parametrize("q", OTHERS, ids=str)
def test_left_to_numpy(q: Any) -> None:
    x = np.random.default_rng(1).normal(size=300)
    f = jit(lambda a, q: np.quantile(a * 2, q))
    for _ in range(3):
        assert not differences(outcome(f.__wrapped__, x, q), outcome(f, x, q))


def test_found() -> None:
    """NumPy's function is not called where the elements can be found."""

    def never(*_: Any) -> Any:
        raise AssertionError

    x = np.random.default_rng(2).normal(size=(70, 100))
    assert _native.quantile(never, x, [0.05, 0.95]).tolist() == np.quantile(x, [0.05, 0.95]).tolist()
    assert _native.quantile(never, x.T, 0.3) == np.quantile(x, 0.3)
    assert _native.median(never, x) == np.median(x)
    assert _native.median(never, np.sort(x.ravel())) == np.median(x)
    for bad in (x[:, ::2], x.astype("f4"), x.astype(">f8"), np.zeros(0), x.view(np.ma.MaskedArray), [1.0]):
        with pytest.raises(AssertionError):
            _native.median(never, bad)
    with pytest.raises(TypeError):
        _native.quantile(np.quantile, x)


def within(a: Any, low: Any, high: Any) -> Any:
    return (np.clip(a, low, high) - low) / (high - low)


FORMS: dict[str, Callable[..., Any]] = {
    "two": lambda a: np.quantile(a + 1, [0.05, 0.95]),
    "unpacked": lambda a: within(a, *np.quantile(a, [0.1, 0.9])),
    "one": lambda a: np.quantile(a * 2, 0.25) + 1,
    "percentile": lambda a: np.percentile(a, [25.0, 75.0]) * 2,
    "median": lambda a: np.abs(a - np.median(a)),
    "median of deviations": lambda a: np.median(np.abs(a - np.median(a))) * 1.4826,
    "axis": lambda a: np.median(a, axis=0) + np.quantile(a, 0.5, axis=0),
    "method": lambda a: np.quantile(a, 0.5, method="nearest") + a,
    "array": lambda a: np.quantile(a, np.array([0.5, 0.6])) + 1,
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str) -> None:
    f = FORMS[form]
    fast = jit(f)
    for n in (1, 2, 50, 3000):
        for a in arrays(n):
            for b in (a, a.astype("f4"), a[::2], a.reshape(1, -1)):
                with np.errstate(all="ignore"):
                    found = differences(outcome(f, b), outcome(fast, b))
                assert not found, (n, b.dtype, found)
    for _ in range(3):
        b = np.array([1e308, -1e308, 1e308, -1e308])
        assert not differences(outcome(f, b), outcome(fast, b))
